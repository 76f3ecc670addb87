import { join } from 'node:path'
import { Project } from 'ts-morph'
import { vi } from 'vitest'
import { buildProgram, type BuildResult } from '../../../packages/codegen/src/build/build-program.ts'
import { FileCache } from '../../../packages/codegen/src/build/file-cache.ts'
import { PackageNames } from '../../../packages/codegen/src/project/package-names.ts'
import { Sources } from '../../../packages/codegen/src/project/sources.ts'
import { findWorkflows } from '../../../packages/codegen/src/read/find-workflows.ts'
import { canonicalWorkflow } from '../../../packages/codegen/src/hash/semantic-hash.ts'

export const fixtures = join(import.meta.dirname, '../fixtures')
// Files live in the compiler's memory only, but where the SDK and zod can be resolved.
const root = join(fixtures, 'virtual')
const project = new Project({ tsConfigFilePath: join(fixtures, 'tsconfig.json'), skipAddingFilesFromTsConfig: true })

export type Files = Readonly<Record<string, string>>

function withSources<T>(files: Files, use: (sources: Sources, paths: readonly string[]) => T): T {
  const made = Object.entries(files).map(([path, text]) => project.createSourceFile(join(root, path), text, { overwrite: true }))
  try {
    const disk = project.getFileSystem()
    const names = new PackageNames((path) => (disk.fileExistsSync(path) ? disk.readFileSync(path) : undefined))
    return use(new Sources(project.getProgram().compilerObject, root, names), made.map((file) => file.getFilePath()))
  } finally {
    for (const file of made) project.removeSourceFile(file)
  }
}

/** Builds files that exist in memory only. */
export function compile(files: Files): BuildResult {
  return withSources(files, (sources, paths) => buildProgram(sources, paths, new FileCache()))
}

/** What the hash of the first workflow is taken of. */
export function canonical(files: Files): string {
  return withSources(files, (sources, paths) => {
    for (const path of paths) {
      const file = sources.program.getSourceFile(path)
      const [workflow] = file ? findWorkflows(sources, file) : []
      if (workflow) return canonicalWorkflow(sources, workflow)
    }
    throw new Error('no workflow')
  })
}

/** A class with the steps `a` to `d`, `flag()` and the given program. */
export function workflowWith(run: string, more: { members?: string; top?: string } = {}): string {
  const steps = ['a', 'b', 'c', 'd'].map((name) => `  @Step() async ${name}(value?: unknown): Promise<number> { return value ? 1 : 0 }`)
  return [
    "import { Run, sleep, Step, Workflow } from '@baton/sdk'",
    more.top ?? '',
    "@Workflow({ name: 'w' })",
    'export class W {',
    ...steps,
    '  @Step() async flag(): Promise<boolean> { return true }',
    more.members ?? '',
    '  @Run() async run(input: { items: string[]; mode: string; x: boolean }): Promise<any> {',
    run,
    '  }',
    '}',
    'void sleep',
  ].join('\n')
}

/** The same with all of the SDK at hand, a child workflow `Child` with the signals `go` and `halt`, and the fields `ready` and `list`. */
export function durable(run: string, members = ''): Files {
  const child = [
    "import { Run, Signal, Step, Workflow } from '@baton/sdk'",
    "@Workflow({ name: 'child' })",
    'export class Child {',
    '  @Signal() go(): void {}',
    '  @Signal() halt(): void {}',
    '  @Step() async work(): Promise<void> {}',
    '  @Run() async run(input: string): Promise<number> { await this.work(); return input.length }',
    '}',
  ].join('\n')
  const top = [
    "import {",
    '  approval, CancellationScope, compensate, condition, continueAsNew, deprecatePatch, executeChild, executionInfo, externalExecution,',
    '  externalToken, forEach, forEachCounted, Items, patched, publish, Query, Signal, sleepUntil, startChild, Update, uuid,',
    "} from '@baton/sdk'",
    "import { Child } from './child.ts'",
  ].join('\n')
  const fields = '  ready = false\n  list: string[] = []'
  return { 'w.ts': workflowWith(run, { top, members: `${fields}\n${members}` }), 'child.ts': child }
}

// The first build reads the language's and the libraries' declarations, which on a busy machine takes longer than a test may.
vi.setConfig({ testTimeout: 60_000 })
compile({ 'w.ts': workflowWith('await this.a()') })
