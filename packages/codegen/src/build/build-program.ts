import { ts } from 'ts-morph'
import { Manifest, type ManifestWorkflow } from '@baton/sdk/manifest'
import { duplicateWorkflows } from '../check/duplicate-workflow.ts'
import { compareDiagnostics, type Diagnostic } from '../diagnostics/diagnostic.ts'
import { syntaxErrors, typeErrors } from '../diagnostics/typescript-diagnostics.ts'
import { manifestText, SCHEMA_ID } from '../emit/manifest-text.ts'
import { Dependencies } from '../project/dependencies.ts'
import type { Sources } from '../project/sources.ts'
import { findWorkflows } from '../read/find-workflows.ts'
import { MemberNames } from '../read/member-names.ts'
import { buildWorkflow } from './build-workflow.ts'
import type { BuiltFile, FileCache, ReachedFiles } from './file-cache.ts'

/** What a build gives. */
export interface BuildResult {
  /** The workflows without errors. */
  readonly manifest: Manifest
  /** The exact content of the manifest file. */
  readonly text: string
  /** By file and line; an error keeps its workflow out of the manifest. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Builds the manifest of all workflows in `paths`; what `cache` still knows is not looked at again. */
export function buildProgram(sources: Sources, paths: readonly string[], cache: FileCache): BuildResult {
  const dependencies = new Dependencies(sources)
  const built: BuiltFile[] = []
  // The order in which files were found must not show, not even in which of two duplicates is the second.
  for (const path of [...new Set(paths)].toSorted()) {
    const file = sources.program.getSourceFile(path)
    if (!file || file.isDeclarationFile || !mayHaveWorkflows(file)) continue
    const reached = { file, all: dependencies.of(file) }
    built.push(cache.built(reached, () => buildFile(sources, reached, cache)))
  }
  cache.sweep(sources.program)
  const all = built.flatMap((file) => file.workflows)
  const named = all.map((one) => one.named).filter((one) => one !== undefined)
  const duplicates = duplicateWorkflows(named)
  const diagnostics = unique([...built.flatMap((file) => file.diagnostics), ...duplicates]).toSorted(compareDiagnostics)
  const workflows = withoutDuplicates(all.map((one) => one.workflow).filter((one) => one !== undefined))
  const manifest = Manifest.parse({ $schema: SCHEMA_ID, manifestVersion: 1, workflows })
  return { manifest, text: manifestText(manifest), diagnostics }
}

function buildFile(sources: Sources, reached: ReachedFiles, cache: FileCache): BuiltFile {
  const { file } = reached
  const found = findWorkflows(sources, file)
  if (found.length === 0) return { workflows: [], diagnostics: [] }
  const names = new MemberNames(reached.all)
  const workflows = found.map((workflow) => buildWorkflow(sources, workflow, names))
  const own = workflows.flatMap((one) => one.diagnostics)
  // The SDK's types refuse in a decorator what Baton says in its own words; twice would be once too often.
  const members = found.flatMap((one) => [...one.steps.values(), ...one.runs, ...one.handlers.values()])
  const decorators = own.length > 0 ? [...found, ...members].map((one) => one.decorator) : []
  const lines = new Set(decorators.map((decorator) => sources.positionOf(decorator).line))
  const types = cache.checked(reached, () => typeErrors(sources, file))
  const foreign = [...[...reached.all].flatMap((one) => syntaxErrors(sources, one)), ...types]
  const told = foreign.filter((one) => one.file !== sources.fileOf(file) || !lines.has(one.line))
  return { workflows, diagnostics: [...own, ...told] }
}

/** Whether a class at the top has a decorator at all; asks no types. */
function mayHaveWorkflows(file: ts.SourceFile): boolean {
  return file.statements.some((statement) => ts.isClassDeclaration(statement) && (ts.getDecorators(statement)?.length ?? 0) > 0)
}

function withoutDuplicates(workflows: readonly ManifestWorkflow[]): ManifestWorkflow[] {
  const first = new Map<string, ManifestWorkflow>()
  for (const workflow of workflows) {
    const key = JSON.stringify([workflow.name, workflow.version])
    if (!first.has(key)) first.set(key, workflow)
  }
  return [...first.values()].toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version))
}

/** Files reached by several workflows report their syntax errors once. */
function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [JSON.stringify([one.file, one.line, one.column, one.code, one.message]), one])).values()]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
