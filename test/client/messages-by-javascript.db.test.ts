// What a caller without a compiler, or one of many at once, may send: it is refused before a row is written, or it means what it says.
import { Baton } from '@baton/runtime'
import { externalExecution, externalToken, patched, Run, startChild, Workflow } from '@baton/sdk'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Basket, Review, talkingWorkflows } from '../support/talking-workflows.ts'
import { testWorker } from '../support/worker.ts'

/** Asks for something under a name or an id that is none. */
@Workflow({ name: 'clumsy' })
class Clumsy {
  @Run() async run(how: string): Promise<string> {
    if (how === 'child id') await startChild(Basket, { id: 'a\0', input: { want: 1 } })
    if (how === 'child queue') await startChild(Basket, { queue: 'no queue!', input: { want: 1 } })
    if (how === 'child policy') await startChild(Basket, { parentClosePolicy: 'drop' as 'kill', input: { want: 1 } })
    if (how === 'execution') await externalExecution(7 as unknown as string).stop()
    if (how === 'signal') await externalExecution('somebody').signal('put\0', 'a')
    if (how === 'token') await externalToken('boss\0')
    if (how === 'patch') patched('x\0')
    return 'unseen'
  }
}

let stack: AsyncDisposableStack
let url: string
let baton: Baton
let admin: pg.Client

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  url = stack.use(await createDatabase()).url
  stack.use(await testWorker(url, { workflows: [...talkingWorkflows, Clumsy], parkAfter: 100 }))
  baton = stack.use(await Baton.connect(url))
  admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
})
afterAll(() => stack.disposeAsync())

const wrong = <T>(value: unknown): T => value as T

test('an id, a reason, a call or a token that is none is refused before anything is written', async () => {
  const handle = await baton.start(Basket, { id: 'refusing', input: { want: 1 } })
  const refusals: readonly (readonly [act: () => Promise<unknown>, code: string])[] = [
    [async () => handle.with({ id: wrong(42) }).signal('put', 'a'), 'InvalidMessage'],
    [async () => handle.with({ id: 'a\0b' }).update('add', 'a'), 'InvalidMessage'],
    [async () => handle.with({ id: 'x'.repeat(201) }).update('add', 'a'), 'InvalidMessage'],
    [async () => handle.with({ id: '' }).signal('put', 'a'), 'InvalidMessage'],
    [() => handle.stop(wrong(null)), 'InvalidMessage'],
    [() => handle.stop(wrong(new Error('why'))), 'InvalidMessage'],
    [() => handle.kill(wrong(42)), 'InvalidMessage'],
    [() => handle.signal(wrong<'put'>(undefined), 'a'), 'UnknownHandler'],
    [async () => baton.handle(wrong(42)).stop(), 'InvalidExecutionId'],
    [() => baton.start(Basket, { id: wrong(42), input: { want: 1 } }), 'InvalidExecutionId'],
    [() => baton.signalWithStart(Basket, wrong({ id: 'x', input: { want: 1 } })), 'InvalidMessage'],
    [() => baton.signalWithStart(Basket, { id: 'x', input: { want: 1 }, signal: { name: 'put', args: ['a'], id: wrong(1) } }), 'InvalidMessage'],
    [() => baton.complete(wrong(42), 1), 'InvalidToken'],
    [() => baton.complete(`${Buffer.from('["refusing","b\\u0000"]').toString('base64url')}.secret`, 1), 'InvalidToken'],
    [() => baton.fail('token', wrong('Declined')), 'InvalidMessage'],
  ]
  for (const [act, code] of refusals) await expect(act()).rejects.toMatchObject({ code })
  const { rows } = await admin.query('select from baton.inbox union all select from baton.executions where id = $1', ['x'])
  expect(rows).toHaveLength(0)
  await handle.signal('put', 'fine')
  expect(await handle.result()).toEqual(['fine'])
})

test.each(['child id', 'child queue', 'child policy', 'execution', 'signal', 'token', 'patch'])('a %s that is none fails the call in run, and nothing else', async (how) => {
  const code = how === 'child policy' ? 'InvalidOption' : 'InvalidName'
  await expect(baton.execute(Clumsy, { input: how })).rejects.toMatchObject({ code: 'ExecutionFailed', cause: { code } })
})

test('the same id sent to two executions is two updates, each with an answer of its own', async () => {
  const first = await baton.start(Basket, { id: 'one-of-two', input: { want: 9 } })
  const second = await baton.start(Basket, { id: 'other-of-two', input: { want: 9 } })
  await second.signal('put', 'a')
  expect(await first.with({ id: 'webhook' }).update('add', 'b')).toBe(1)
  expect(await second.with({ id: 'webhook' }).update('add', 'c')).toBe(2)
  expect(await first.with({ id: 'webhook' }).update('add', 'b')).toBe(1) // the same, and not once more
})

test('an update that was rejected is decided anew when it is sent again', async () => {
  const handle = await baton.start(Basket, { id: 'changeable', input: { want: 9 } })
  const again = handle.with({ id: 'same' })
  await expect(again.update('add', 'stone')).rejects.toMatchObject({ code: 'UpdateRejected' })
  expect(await again.update('add', 'pear')).toBe(1)
  expect(await handle.query('content')).toEqual(['PEAR'])
})

test('a fresh client completes more tokens at once than it has connections', async () => {
  const ids = Array.from({ length: 8 }, (_, i) => `reviewed-${i}`)
  for (const id of ids) await baton.start(Review, { id, input: 3_600_000 })
  await expect.poll(async () => (await Promise.all(ids.map((id) => baton.handle(id).describe()))).filter(({ worker, startedAt }) => startedAt && !worker).length, { timeout: 20_000 })
    .toBe(8)
  const { rows } = await admin.query<{ token: string }>(`select meta->>'token' as token from baton.events where type = 'TokenIssued' and execution_id like 'reviewed-%'`)
  await using fresh = await Baton.connect(url, { maxConnections: 2 })
  await Promise.all(rows.map(({ token }) => fresh.complete(token, { ok: true })))
  for (const id of ids) expect(await fresh.handle(id).result()).toEqual({ ok: true })
})
