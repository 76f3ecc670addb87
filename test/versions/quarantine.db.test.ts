// C11: what kills the workers that take it is set aside, and those that were with it are not.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Baton, Worker } from '@baton/runtime'
import { Run, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { Deadly, Neighbour } from './poison-workflows.ts'

/** So many worker processes, each followed by another when it dies. */
function keepAlive(url: string, count: number): AsyncDisposable & { readonly deaths: number } {
  const children = new Set<ChildProcess>()
  let closed = false
  let deaths = 0
  const launch = (): void => {
    const child = fork(fileURLToPath(new URL('poison-main.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx', '--conditions=@baton/source'],
      env: { ...process.env, BATON_URL: url, BATON_WORKER: `poisoned-${deaths + children.size + 1}` },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    children.add(child)
    child.once('exit', () => {
      children.delete(child)
      if (closed) return
      deaths++
      launch()
    })
  }
  for (let i = 0; i < count; i++) launch()
  return {
    get deaths() {
      return deaths
    },
    async [Symbol.asyncDispose]() {
      closed = true
      const ends = [...children].map((child) => once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ends)
    },
  }
}

for (const how of ['step', 'run'] as const) {
  test(`a ${how} that kills its process is set aside after five workers, and its neighbours finish`, { timeout: 120_000 }, async () => {
    await using database = await createDatabase()
    const { url } = database
    using marks = marksFile()
    await using baton = await Baton.connect(url)
    const hows = ['thinks', 'sleeps', 'listens'] as const
    const neighbours = await Promise.all(Array.from({ length: 12 }, async (_, i) => {
      const is = hows[i % 3] ?? 'thinks'
      return { is, handle: await baton.start(Neighbour, { id: `n${i}`, input: is }) }
    }))
    const poison = await baton.start(Deadly, { id: 'poison', input: how })
    const seen = new Set<string>()
    await using workers = keepAlive(url, 2)
    await expect.poll(async () => {
      for (const { id } of (await baton.list({ status: 'blocked' })).executions) seen.add(id)
      return (await poison.describe()).blocked
    }, { interval: 50, timeout: 90_000 }).toMatchObject({ code: 'Quarantined', reason: expect.stringMatching(/5 workers in a row .* poisoned-\d+ \(\d+\) at 20/) as unknown })
    expect(workers.deaths).toBe(5)
    expect(marks.read().length).toBe(how === 'step' ? 5 : 0)
    for (const { is, handle } of neighbours) {
      if (is === 'listens') await handle.signal('tell')
      expect(await handle.result()).toBe(is)
    }
    expect([...seen]).toEqual(['poison'])
    expect(workers.deaths).toBe(5)
    // By hand it is tried again, and counted anew.
    expect(await poison.resume()).toBe(true)
    await expect.poll(() => workers.deaths, { interval: 50, timeout: 60_000 }).toBe(6)
    expect((await poison.describe()).blocked).toBeUndefined()
  })
}

test('a step that is away and kills those who run it fails, and its execution hears of it', { timeout: 120_000 }, async () => {
  await using database = await createDatabase()
  const { url } = database
  using marks = marksFile()
  await using baton = await Baton.connect(url)
  const handle = await baton.start(Deadly, { id: 'away', input: 'away' })
  await using _workers = keepAlive(url, 2)
  expect(await handle.result()).toContain('5 workers in a row have died while they ran step')
  expect(marks.read().length).toBe(5)
})

test('other code takes up what is quarantined', { timeout: 120_000 }, async () => {
  @Workflow({ name: 'deadly' })
  class Mended {
    @Run() async run(): Promise<string> {
      return 'mended'
    }
  }
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const handle = await baton.start(Deadly, { id: 'poison', input: 'run' })
  {
    await using _workers = keepAlive(url, 2)
    await expect.poll(async () => (await handle.describe()).blocked?.code, { interval: 50, timeout: 90_000 }).toBe('Quarantined')
  }
  await using _worker = await Worker.start({ url, workflows: [Mended], log: () => {} })
  expect(await handle.result()).toBe('mended') // the turn that killed was never committed
})
