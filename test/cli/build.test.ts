import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { projectFolder } from './support/project-folder.ts'
import { documentOf, runCli } from './support/run-cli.ts'

// Each build starts the TypeScript compiler; beside other work that takes its time.
vi.setConfig({ testTimeout: 60_000 })

const HASH = expect.stringMatching(/^[0-9a-f]{64}$/)

describe('baton build', () => {
  test('writes the manifest once, and says when there is nothing to do', async () => {
    await using folder = await projectFolder('tc39')
    const at = { cwd: folder.path }
    expect(await runCli(['build'], at)).toEqual({ code: 0, stderr: '', stdout: 'baton.manifest.json written: 2 workflows (greet, nap)\n' })
    expect(await runCli(['build'], at)).toEqual({ code: 0, stderr: '', stdout: 'baton.manifest.json is up to date: 2 workflows (greet, nap)\n' })
    expect(JSON.parse(readFileSync(join(folder.path, 'baton.manifest.json'), 'utf8'))).toMatchObject({ manifestVersion: 1 })
  })

  test('--json reports what was built', async () => {
    await using folder = await projectFolder('tc39')
    const ran = await runCli(['build', 'src/workflows.ts', '--out', 'm.json', '--project', 'tsconfig.json', '--json'], { cwd: folder.path })
    expect(documentOf(ran)).toEqual({
      written: true,
      path: join(folder.path, 'm.json'),
      workflows: [{ name: 'greet', version: '1', semanticHash: HASH }, { name: 'nap', version: '1', semanticHash: HASH }],
      diagnostics: [],
    })
  })

  test('--check passes on a fresh manifest and fails on a stale one with the difference', async () => {
    await using folder = await projectFolder('tc39')
    const at = { cwd: folder.path }
    expect(await runCli(['build', '--check'], at)).toMatchObject({ code: 1, stdout: expect.stringContaining('baton.manifest.json does not exist') })
    await runCli(['build'], at)
    expect(await runCli(['build', '--check'], at)).toEqual({ code: 0, stderr: '', stdout: 'baton.manifest.json is up to date.\n' })
    const source = join(folder.path, 'src/workflows.ts')
    writeFileSync(source, readFileSync(source, 'utf8').replace("queue: 'voices'", "queue: 'choir'"))
    const stale = await runCli(['build', '--check'], at)
    expect(stale.code).toBe(1)
    expect(stale.stdout).toContain('baton.manifest.json is stale')
    expect(stale.stdout).toContain(`step 'speak': queue "voices" → "choir"`)
    expect(documentOf(await runCli(['build', '--check', '--json'], at))).toMatchObject({
      written: false,
      upToDate: false,
      difference: { kind: 'stale', changes: [{ workflow: 'greet', kind: 'changed' }] },
    })
  })

  test('shows errors with the source around them and writes nothing', async () => {
    await using folder = await projectFolder('broken')
    const at = { cwd: folder.path }
    const { code, stdout, stderr } = await runCli(['build'], at)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('src/workflows.ts:9:')
    expect(stderr).toContain('error UnknownStep')
    expect(stderr).toContain('^')
    expect(stderr).toContain('1 error; the manifest was not written.')
    expect(() => readFileSync(join(folder.path, 'baton.manifest.json'))).toThrow('ENOENT')
    const json = await runCli(['build', '--json'], at)
    expect(json.code).toBe(1)
    expect(documentOf(json)).toMatchObject({ written: false, workflows: [], diagnostics: [{ code: 'UnknownStep' }] })
  })

  test('a project that is not there is a short error', async () => {
    const { code, stderr } = await runCli(['build', '--project', 'nope.json'], { cwd: '/tmp' })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^error ProjectNotFound: .*\n$/) })
  })

  test('--watch builds again on a change, until a signal', async () => {
    await using folder = await projectFolder('tc39')
    const source = join(folder.path, 'src/workflows.ts')
    const manifest = join(folder.path, 'baton.manifest.json')
    let stop = (): void => {}
    const running = runCli(['build', '--watch'], { cwd: folder.path, onStderr: (_, signal) => { stop = () => signal('SIGINT') } })
    await expect.poll(() => existsSync(manifest), { timeout: 30_000 }).toBe(true)
    writeFileSync(source, readFileSync(source, 'utf8').replace("'nap'", "'siesta'"))
    await expect.poll(() => readFileSync(manifest, 'utf8'), { timeout: 30_000 }).toContain('siesta')
    stop()
    const ran = await running
    expect(ran.code).toBe(0)
    expect(ran.stdout.trimEnd().split('\n')).toEqual([
      'baton.manifest.json written: 2 workflows (greet, nap)',
      'baton.manifest.json written: 2 workflows (greet, siesta)',
    ])
  })
})

describe('baton graph', () => {
  test('draws the workflow that is named, from the sources or a manifest', async () => {
    await using folder = await projectFolder('tc39')
    const at = { cwd: folder.path }
    const mermaid = await runCli(['graph', 'nap'], at)
    expect(mermaid.code).toBe(0)
    expect(mermaid.stdout).toContain('flowchart TD')
    expect(mermaid.stdout).toContain('wake')
    await runCli(['build'], at)
    const fromFile = ['graph', 'nap', '--manifest', 'baton.manifest.json']
    expect((await runCli(fromFile, at)).stdout).toBe(mermaid.stdout)
    expect((await runCli([...fromFile, '--format', 'dot'], at)).stdout).toMatch(/^digraph /)
    expect(documentOf(await runCli([...fromFile, '--json', '--out', 'nap.mmd'], at))).toMatchObject({ workflow: 'nap', format: 'mermaid', text: mermaid.stdout })
    expect(readFileSync(join(folder.path, 'nap.mmd'), 'utf8')).toBe(mermaid.stdout)
  })

  test('wants a name where there are several, and a name that is there', async () => {
    await using folder = await projectFolder('tc39')
    const at = { cwd: folder.path }
    await runCli(['build'], at)
    expect(await runCli(['graph', '--manifest', 'baton.manifest.json'], at)).toMatchObject({ code: 2, stderr: expect.stringContaining('Say which: greet, nap') })
    expect(await runCli(['graph', 'nup', '--manifest', 'baton.manifest.json'], at)).toMatchObject({ code: 1, stderr: expect.stringContaining('There are: greet, nap') })
  })
})
