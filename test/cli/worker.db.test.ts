import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { projectFolder } from './support/project-folder.ts'
import { documentOf, runCli } from './support/run-cli.ts'
import { spawnCli } from './support/spawn-cli.ts'

describe('baton worker', () => {
  test('serves the TypeScript of a folder, and stops in good order on SIGTERM', async () => {
    await using database = await createDatabase()
    await using folder = await projectFolder('tc39')
    const env = { DATABASE_URL: database.url }
    await using worker = spawnCli(['worker', 'src/workflows.ts', '--json', '--name', 'w1', '--slots', '5', '--no-locality'], { cwd: folder.path, env })
    expect(JSON.parse(await worker.firstLine())).toEqual({ ready: true, id: expect.any(Number), name: 'w1', workflows: ['greet', 'nap'], queues: ['default', 'voices'] })
    const greeted = await runCli(['start', 'greet', '--input', '{"name":"Ada"}', '--wait', '--json'], { env })
    expect(documentOf(greeted)).toMatchObject({ status: 'completed', output: 'Hello Ada!' })
    await runCli(['start', 'nap', '--id', 'long', '--input', '600000'], { env })
    await expect.poll(async () => documentOf(await runCli(['show', 'long', '--json'], { env }))).toMatchObject({ status: 'running', worker: 'w1' })
    worker.process.kill('SIGTERM')
    const { code, stdout, stderr } = await worker.ended
    expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 1 })
    expect(stderr).toContain('Stopped.')
    expect(documentOf(await runCli(['show', 'long', '--json'], { env }))).toMatchObject({ worker: null })
  })

  test('compiles by the tsconfig of the folder, so that legacy decorators work', async () => {
    await using database = await createDatabase()
    await using folder = await projectFolder('legacy')
    const env = { DATABASE_URL: database.url }
    await using worker = spawnCli(['worker', 'src/workflows.ts', '--queues', 'default,other'], { cwd: folder.path, env })
    expect(await worker.firstLine()).toMatch(/^Worker \d+ \(.+\) is ready on Postgres at .*: serves old from queues default, other$/)
    expect(documentOf(await runCli(['start', 'old', '--wait', '--json'], { env }))).toMatchObject({ output: 1 })
    worker.process.kill('SIGINT')
    expect(await worker.ended).toMatchObject({ code: 0 })
  })

  test('takes modules of folders with different tsconfigs: CommonJS with paths beside ES modules', async () => {
    await using database = await createDatabase()
    await using folder = await projectFolder()
    const write = (name: string, text: string): void => {
      mkdirSync(dirname(join(folder.path, name)), { recursive: true })
      writeFileSync(join(folder.path, name), text)
    }
    const options = { module: 'commonjs', target: 'es2022', experimentalDecorators: true, paths: { '@app/*': ['./*'] } }
    write('old/package.json', '{}')
    write('old/tsconfig.json', JSON.stringify({ compilerOptions: options }))
    write('old/word.ts', 'export enum Word { Hi = "hi" }')
    write('old/wf.ts', `import { Run, Workflow } from '@baton/sdk'
      import { Word } from '@app/word'
      function legacy(_target: object, _name: string, descriptor: unknown): void { if (typeof descriptor !== 'object') throw new Error('TC39') }
      @Workflow({ name: 'old' }) export class Old { @legacy @Run() async run(): Promise<string> { return Word.Hi + typeof require } }`)
    write('new/package.json', '{ "type": "module" }')
    write('new/tsconfig.json', '{}')
    write('new/wf.ts', `import { Run, Workflow } from '@baton/sdk'
      function standard(_method: unknown, context: { kind: string }): void { if (context.kind !== 'method') throw new Error('legacy') }
      @Workflow({ name: 'new' }) export class New { @standard @Run() async run(): Promise<string> { return import.meta.url } }`)
    const env = { DATABASE_URL: database.url }
    await using worker = spawnCli(['worker', 'old/wf.ts', 'new/wf.ts', '--json'], { cwd: folder.path, env })
    expect(JSON.parse(await worker.firstLine())).toMatchObject({ workflows: ['old', 'new'] })
    expect(documentOf(await runCli(['start', 'old', '--wait', '--json'], { env }))).toMatchObject({ output: 'hifunction' })
    expect(documentOf(await runCli(['start', 'new', '--wait', '--json'], { env }))).toMatchObject({ output: expect.stringMatching(/^file:.*new\/wf\.ts/) })
  })

  test('refuses code that its manifest does not describe, a difference a line', async () => {
    await using database = await createDatabase()
    await using folder = await projectFolder('tc39')
    expect(await runCli(['build'], { cwd: folder.path })).toMatchObject({ code: 0 })
    const source = join(folder.path, 'src/workflows.ts')
    writeFileSync(source, readFileSync(source, 'utf8').replace("queue: 'voices'", "queue: 'choir', timeout: 5"))
    await using worker = spawnCli(['worker', 'src/workflows.ts', '--url', database.url], { cwd: folder.path })
    const { code, stdout, stderr } = await worker.ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain("error ManifestMismatch: The manifest does not describe workflow 'greet' as the code has it:\n")
    expect(stderr).toContain('  - speak.queue is "voices" in the manifest and "choir" in the code\n')
    expect(stderr).toContain("hint: Run 'baton build' and deploy both together.\n")
  })

  test('a second signal waits for nothing', async () => {
    await using database = await createDatabase()
    await using folder = await projectFolder()
    const stuck = `import { Run, Step, Workflow } from '@baton/sdk'
      @Workflow({ name: 'stuck' }) export class Stuck {
        @Step() async hang(): Promise<void> { console.error('hanging'); await new Promise((resolve) => setTimeout(resolve, 60_000)) }
        @Run() async run(): Promise<void> { await this.hang() }
      }`
    writeFileSync(join(folder.path, 'stuck.mts'), stuck)
    await using worker = spawnCli(['worker', 'stuck.mts', '--url', database.url], { cwd: folder.path })
    await worker.firstLine()
    await runCli(['start', 'stuck', '--url', database.url])
    await worker.saw('hanging')
    worker.process.kill('SIGINT')
    await worker.saw('a second signal stops at once')
    worker.process.kill('SIGINT')
    expect(await worker.ended).toMatchObject({ code: 130 })
  })

  const refusals: Record<string, readonly [files: Record<string, string>, argv: readonly string[], says: RegExp]> = {
    'a file that is not there': [{}, ['x.ts'], /^error ModuleNotFound: There is no file x\.ts/],
    'a module that fails': [{ 'x.mjs': 'throw new Error("boom")' }, ['x.mjs'], /^error ModuleFailed: x\.mjs could not be loaded: boom\n/],
    'a module with a slip': [{ 'x.ts': 'export const a: = 1' }, ['x.ts'], /^error ModuleFailed: x\.ts could not be loaded: .*\n.*x\.ts:1:16/],
    'a module without workflows': [{ 'x.mjs': 'export const a = 1' }, ['x.mjs'], /^error NoWorkflows: x\.mjs exports no workflow/],
    'a class that is no workflow': [
      { 'x.mts': "import { Workflow } from '@baton/sdk'\n@Workflow({ name: 'x' }) export class X {}" }, ['x.mts'], /^error NoSteps: Workflow 'x'/,
    ],
    'a manifest that is none': [{ 'm.json': '{}' }, ['x.ts', '--manifest', 'm.json'], /^error InvalidManifest: m\.json is not a manifest/],
  }
  test.each(Object.entries(refusals))('refuses %s before it asks a database', async (_, [files, argv, says]) => {
    await using folder = await projectFolder()
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)
    await using worker = spawnCli(['worker', ...argv, '--url', 'postgres://127.0.0.1:1/x'], { cwd: folder.path })
    const { code, stdout, stderr } = await worker.ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })
})

test('without a database of the user’s, worker and client share the embedded one of the folder', async () => {
  await using folder = await projectFolder('tc39')
  await using worker = spawnCli(['worker', 'src/workflows.ts'], { cwd: folder.path })
  expect(await worker.firstLine()).toContain('is ready on the embedded Postgres')
  const started = await runCli(['start', 'greet', '--input', '{"name":"Bo"}', '--wait', '--json'], { cwd: folder.path })
  expect(documentOf(started)).toMatchObject({ output: 'Hello Bo!' })
  expect(started.stderr).toContain('Using the embedded Postgres of .baton/postgres; --url or DATABASE_URL names another.\n')
  worker.process.kill('SIGTERM')
  expect(await worker.ended).toMatchObject({ code: 0 })
})
