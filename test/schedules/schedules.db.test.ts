// Triggers on Postgres: a tick starts one execution, whoever comes to it and whatever becomes of workers.
import type { WorkerOptions } from '@baton/runtime'
import { cron, Run, Workflow } from '@baton/sdk'
import { lastTick, nextTick } from '@baton/sdk/host'
import { expect, test } from 'vitest'
import { connected } from '../support/connected.ts'
import { Nightly, Ticking, Unlucky } from '../support/ticking-workflows.ts'
import { testWorker } from '../support/worker.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const MODULE = new URL('../support/ticking-workflows.ts', import.meta.url).href
const DAILY = cron('0 3 * * *', { timezone: 'Europe/Berlin' })
const lastNight = (): number => lastTick(DAILY, Date.now()) ?? Number.NaN
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

async function prepare(stack: AsyncDisposableStack) {
  const { url, baton, client } = await connected(stack)
  return {
    url,
    baton,
    /** As if nobody had looked after a workflow's triggers for so long. */
    leave: (workflow: string, interval: string) => client.query(
      'update baton.schedules set decided_until = now() - $2::interval, next_at = now() - $2::interval, last_at = null, last_execution = null where workflow = $1',
      [workflow, interval],
    ),
    ids: async (workflow: string): Promise<readonly string[]> => {
      const { rows } = await client.query<{ id: string }>('select id from baton.executions where workflow = $1 order by id', [workflow])
      return rows.map(({ id }) => id)
    },
    /** Serves these, and stops. */
    serve: async (workflows: WorkerOptions['workflows']) => {
      await using _ = await testWorker(url, { workflows })
    },
  }
}

test('each tick starts one execution, though several workers serve the workflow, and gives it its input', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, ids } = await prepare(stack)
  for (const name of ['one', 'two', 'three']) stack.use(await testWorker(url, { name, workflows: [Ticking] }))
  await expect.poll(async () => (await ids('ticking')).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(4)
  for (const id of (await ids('ticking')).slice(0, 4)) {
    const second = id.replace('ticking/cron/', '')
    expect(second).toMatch(/:\d\dZ$/)
    expect(await baton.handle(id).result()).toBe(second.replace('Z', '.000Z'))
  }
})

test('the first worker of a workflow begins with the next tick', async () => {
  await using stack = new AsyncDisposableStack()
  const { serve, ids, baton } = await prepare(stack)
  await serve([Nightly])
  expect(await ids('nightly')).toEqual([])
  const [daily, monthly] = await baton.schedules(Nightly)
  expect(daily).toEqual({
    workflow: 'nightly', trigger: 'cron', version: '1', expression: '0 3 * * *', timezone: 'Europe/Berlin',
    nextAt: new Date(nextTick(DAILY, Date.now()) ?? 0), lastAt: undefined, lastExecution: undefined, lastError: undefined,
  })
  expect(monthly).toMatchObject({ trigger: 'monthly', expression: '@monthly', timezone: 'UTC' })
  expect(await baton.schedules('another')).toEqual([])
})

test('of ticks that nobody was there for the last one counts', async () => {
  await using stack = new AsyncDisposableStack()
  const { serve, leave, ids, baton } = await prepare(stack)
  await serve([Nightly])
  await leave('nightly', '5 days')
  await serve([Nightly])
  const id = `nightly/cron/${iso(lastNight())}`
  expect((await ids('nightly')).filter((each) => each.startsWith('nightly/cron/'))).toEqual([id])
  expect((await baton.schedules('nightly'))[0]).toMatchObject({ lastAt: new Date(lastNight()), lastExecution: id, nextAt: new Date(nextTick(DAILY, Date.now()) ?? 0) })
  await serve([Nightly])
  expect((await ids('nightly')).filter((each) => each.startsWith('nightly/cron/'))).toHaveLength(1)
})

test('a tick whose input cannot be made starts nothing, and says so', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, serve, leave, ids, baton } = await prepare(stack)
  await serve([Unlucky])
  await leave('unlucky', '2 days')
  await using worker = await testWorker(url, { workflows: [Unlucky] })
  expect(await ids('unlucky')).toEqual([])
  expect(worker.entries).toContainEqual(expect.objectContaining({ level: 'error', message: expect.stringMatching(/^The tick of 'unlucky\/cron' at .* started nothing: no such day$/) }))
  expect(await baton.schedules(Unlucky)).toEqual([expect.objectContaining({ lastError: 'no such day', lastExecution: undefined, lastAt: expect.any(Date) })])
})

test.each(['schedule:before@1', 'schedule:after@1'])('a worker that dies at %s leaves a tick that another one starts, once', { timeout: 60_000 }, async (dieAt) => {
  await using stack = new AsyncDisposableStack()
  const { url, serve, leave, ids, baton } = await prepare(stack)
  await serve([Nightly])
  await leave('nightly', '5 days')
  const victim = stack.use(await startWorkerProcess({ url, module: MODULE, dieAt, options: { guard: true } }))
  await victim.exited
  stack.use(await testWorker(url, { workflows: [Nightly] }))
  const started = (await ids('nightly')).filter((id) => id.startsWith('nightly/cron/'))
  expect(started).toEqual([`nightly/cron/${iso(lastNight())}`])
  expect(await baton.handle(started[0] ?? '').result()).toBe(new Date(lastNight()).toISOString().slice(0, 10))
})

test('ticks go on while workers die and others come', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const { url, ids, baton } = await prepare(stack)
  stack.use(await testWorker(url, { name: 'survivor', workflows: [Ticking] }))
  for (const dieAt of ['schedule:before@2', 'schedule:after@2', 'schedule:before@3']) {
    await using victim = await startWorkerProcess({ url, module: MODULE, dieAt })
    await victim.exited
  }
  const { length } = await ids('ticking')
  await expect.poll(async () => (await ids('ticking')).length, { timeout: 20_000 }).toBeGreaterThan(length + 1)
  for (const id of await ids('ticking')) await baton.handle(id).result()
})

// ---- versions ----------------------------------------------------------------------------------------------------------

@Workflow({ name: 'nightly', version: '2', triggers: [cron('0 4 * * *')] })
class Later {
  @Run() async run(): Promise<string> {
    return 'later'
  }
}

@Workflow({ name: 'nightly', version: '3' })
class ByHand {
  @Run() async run(): Promise<string> {
    return 'by hand'
  }
}

test('the newest version that is served says when', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, serve, leave, ids, baton } = await prepare(stack)
  const expressions = async (): Promise<readonly string[]> => (await baton.schedules()).map(({ expression, version }) => `${expression} of ${version}`)
  stack.use(await testWorker(url, { workflows: [Nightly] }))
  expect(await expressions()).toEqual(['0 3 * * * of 1', '@monthly of 1'])
  {
    await using _ = await testWorker(url, { workflows: [Later] })
    expect(await expressions()).toEqual(['0 4 * * * of 2'])
    await serve([Nightly]) // it comes later, and is older
    expect(await expressions()).toEqual(['0 4 * * * of 2'])
    {
      await using _ = await testWorker(url, { workflows: [ByHand] })
      expect(await expressions()).toEqual([])
    }
  }
  await leave('nightly', '5 days')
  await serve([Nightly]) // the newer ones are gone: back to the old one
  expect(await expressions()).toEqual(['0 3 * * * of 1', '@monthly of 1'])
  expect(await ids('nightly')).toEqual([])
})

test('a changed expression counts from the deploy on', async () => {
  await using stack = new AsyncDisposableStack()
  const { serve, leave, ids, baton } = await prepare(stack)
  await serve([Nightly])
  await leave('nightly', '5 days')
  await serve([Later])
  expect(await ids('nightly')).toEqual([])
  expect((await baton.schedules()).map(({ expression, version }) => `${expression} of ${version}`)).toEqual(['0 4 * * * of 2'])
})
