// A history is read and replayed piece by piece: nothing depends on where a piece ends, and no more than two are in memory.
import { randomBytes } from 'node:crypto'
import { aesGcmCodec, Baton } from '@baton/runtime'
import { condition, forEach, patched, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { connected } from '../support/connected.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { testWorker } from '../support/worker.ts'
import { Nap } from '../support/workflows.ts'

/** More than two pieces. */
const STEPS = 3_500
let ran: string[] = []

@Workflow({ name: 'long' })
class Long {
  open = false

  @Signal() go(): void {
    this.open = true
  }

  @Step() async one(): Promise<number> {
    ran.push('one')
    return 1
  }

  @Step({ retry: { maxAttempts: 2, delay: 1 } }) async item(name: string): Promise<string> {
    ran.push(name)
    if (name === 'c1' && ran.indexOf(name) === ran.length - 1) throw new Error('once')
    return name
  }

  @Run() async run(): Promise<readonly unknown[]> {
    const early = patched('early')
    // Some of them end in the first piece, one in the last, and one has not ended when another worker takes over.
    const items = forEach(['a', 'b', 'c'], { name: 'items', concurrency: 3 }, async (name) => {
      const first = await this.item(`${name}1`)
      if (name === 'b') await sleep('200ms')
      if (name === 'c') await condition(() => this.open)
      return first + (await this.item(`${name}2`))
    })
    let sum = 0
    for (let i = 0; i < STEPS; i++) sum += await this.one()
    const late = patched('late')
    await condition(() => this.open)
    return [early, late, sum, await items]
  }
}

const sealed = { codecs: [aesGcmCodec({ keys: [{ id: 'one', key: randomBytes(32).toString('base64') }] })] }

test.each([['in clear text', {}], ['sealed', { payloads: sealed }]])('an execution with a history of several pieces, %s, goes on with another worker as if it had been one', async (_, options) => {
  await using stack = new AsyncDisposableStack()
  const { url, client } = await connected(stack)
  const baton = stack.use(await Baton.connect(url, options))
  ran = []
  const first = await testWorker(url, { workflows: [Long], locality: true, ...options })
  const handle = await baton.start(Long, { id: 'long', input: undefined })
  const steps = async (): Promise<number> => (await client.query<{ n: number }>("select count(*)::int as n from baton.events where type in ('StepCompleted', 'Patched')")).rows[0]?.n ?? 0
  await expect.poll(steps, { timeout: 60_000 }).toBe(STEPS + 5 + 2)
  await first.stop()
  const before = ran.length
  stack.use(await testWorker(url, { workflows: [Long], locality: true, ...options }))
  await handle.signal('go')
  expect(await handle.result()).toEqual([true, true, STEPS, ['a1a2', 'b1b2', 'c1c2']])
  expect(ran.slice(before)).toEqual(['c2'])
})

test('a history of several pieces that the code does not fit is explained as any other', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client } = await connected(stack)

  @Workflow({ name: 'long' })
  class Renamed {
    @Step() async two(): Promise<number> {
      return 1
    }

    @Run() async run(): Promise<readonly unknown[]> {
      for (let i = 0; i < STEPS; i++) await this.two()
      return []
    }
  }

  @Workflow({ name: 'long' })
  class Plain {
    @Step() async one(): Promise<number> {
      return 1
    }

    @Run() async run(): Promise<readonly unknown[]> {
      for (let i = 0; i < STEPS; i++) await this.one()
      await sleep('1h')
      return []
    }
  }

  const first = await testWorker(url, { workflows: [Plain], locality: true })
  const handle = await baton.start(Plain, { id: 'plain', input: undefined })
  await expect.poll(async () => (await client.query("select from baton.events where type = 'TimerStarted'")).rows.length, { timeout: 60_000 }).toBe(1)
  await first.stop()
  stack.use(await testWorker(url, { workflows: [Renamed] }))
  await expect.poll(async () => (await handle.describe()).status, { timeout: 20_000 }).toBe('blocked')
  expect((await handle.describe()).blocked?.reason).toContain("Step 'one' was removed from the class.")
})

test('a worker takes over a history that is larger than its memory', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton, client } = await connected(stack)
  const first = await testWorker(url, { locality: true })
  const handle = await baton.start(Nap, { id: 'nap', input: 3_600_000 })
  await expect.poll(async () => (await client.query('select from baton.events')).rows.length).toBeGreaterThan(1)
  await first.stop()
  // As if it had got 2,000 signals of 200 kB that say nothing to it.
  await client.query(`insert into baton.events (execution_id, seq, type, command, payload, meta, at)
    select 'nap', last.seq + i, 'SignalReceived', 'unheard', to_json(array[repeat(md5(i::text), 6250)]), json_build_object('id', 'm' || i), now()
    from generate_series(1, 2000) i, (select max(seq) as seq from baton.events where execution_id = 'nap') last`)
  stack.use(await startWorkerProcess({ url, heap: 160 }))
  await expect.poll(async () => (await handle.describe()).worker, { timeout: 60_000 }).toBeDefined()
  await handle.stop('it has slept enough')
  await expect.poll(async () => (await handle.describe()).status, { timeout: 60_000 }).toBe('stopped')
})
