// What an execution asks of others, when the database is slow or refuses one of several.
import { Baton } from '@baton/runtime'
import { executeChild, Run, Signal, condition, startChild, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Basket, Teller } from '../support/talking-workflows.ts'
import { testWorker } from '../support/worker.ts'

@Workflow({ name: 'echo-child' })
class EchoChild {
  @Run() async run(word: string): Promise<string> {
    return word
  }
}

@Workflow({ name: 'echo-parent' })
class EchoParent {
  @Run() async run(id: string): Promise<string> {
    return executeChild(EchoChild, { id, input: id })
  }
}

/** Does not wait until its child is there. */
@Workflow({ name: 'hasty-parent' })
class HastyParent {
  enough = false

  @Signal() finish(): void {
    this.enough = true
  }

  @Run() async run(policy: 'stop' | 'kill'): Promise<string> {
    void startChild(Basket, { id: `late-${policy}`, input: { want: 1 }, parentClosePolicy: policy })
    await condition(() => this.enough)
    return 'done'
  }
}

const workflows = [Basket, Teller, EchoChild, EchoParent, HastyParent]

test('a child that the database refuses is no harm to the others, and is started once it does not', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  const worker = stack.use(await testWorker(url, { workflows }))
  const baton = stack.use(await Baton.connect(url))
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
  await admin.query(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`)
  await admin.query(`create trigger refuse before insert on baton.executions for each row when (new.id = 'refused-child') execute function refuse()`)
  const refused = await baton.start(EchoParent, { id: 'refused', input: 'refused-child' })
  const others = await Promise.all(Array.from({ length: 20 }, (_, i) => baton.start(EchoParent, { id: `other-${i}`, input: `other-child-${i}` })))
  for (const [i, other] of others.entries()) expect(await other.result()).toBe(`other-child-${i}`)
  expect(worker.entries.map(({ message }) => message)).toContain('Something that an execution asked for could not be done')
  await admin.query('drop trigger refuse on baton.executions')
  expect(await refused.result()).toBe('refused-child')
})

test('an execution is not parked while its message is on its way', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  stack.use(await testWorker(url, { workflows, parkAfter: 100 }))
  const baton = stack.use(await Baton.connect(url))
  const parked = async (id: string): Promise<boolean> => {
    const { startedAt, worker } = await baton.handle(id).describe()
    return startedAt !== undefined && worker === undefined
  }
  await baton.start(Basket, { id: 'to', input: { want: 1 } })
  await expect.poll(() => parked('to'), { timeout: 10_000 }).toBe(true)
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
  await admin.query('begin')
  await admin.query(`select from baton.executions where id = 'to' for update`)
  const teller = await baton.start(Teller, { id: 'teller', input: { to: 'to', word: 'psst' } })
  await expect.poll(async () => (await teller.describe()).startedAt, { timeout: 10_000 }).toBeDefined()
  await baton.start(Basket, { id: 'meanwhile', input: { want: 1 } })
  await expect.poll(() => parked('meanwhile'), { timeout: 10_000 }).toBe(true) // a parker has looked at the teller too
  await admin.query('rollback')
  expect(await teller.result()).toBe('told')
  expect(await baton.handle('to').result()).toEqual(['psst'])
})

test('a worker is heard while a message of one of its executions waits for a transaction of somebody else', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  const worker = stack.use(await testWorker(url, { workflows }))
  const baton = stack.use(await Baton.connect(url))
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
  await baton.start(Basket, { id: 'to', input: { want: 1 } })
  await admin.query('begin')
  await admin.query(`select from baton.executions where id = 'to' for update`)
  const teller = await baton.start(Teller, { id: 'teller', input: { to: 'to', word: 'psst' } })
  const heard = async (): Promise<unknown> => (await admin.query<{ heartbeat_at: Date }>('select heartbeat_at from baton.workers where id = $1', [worker.id])).rows[0]?.heartbeat_at
  const blocked = 'select from pg_stat_activity where datname = current_database() and pg_backend_pid() = any(pg_blocking_pids(pid))'
  await expect.poll(async () => (await admin.query(blocked)).rows.length, { timeout: 10_000 }).toBeGreaterThan(0)
  const before = await heard()
  for (const _ of [1, 2]) { // the first may have been on its way
    const last = await heard()
    await expect.poll(heard, { timeout: 10_000 }).not.toEqual(last)
  }
  expect(await heard()).not.toEqual(before)
  await admin.query('rollback')
  expect(await teller.result()).toBe('told')
})

test.each([['stop', 'stopped'], ['kill', 'killed']] as const)('a child that comes to be after its parent has ended is told so: %s', async (policy, status) => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  stack.use(await testWorker(url, { workflows }))
  const baton = stack.use(await Baton.connect(url))
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
  await admin.query(`create function hold() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(7); return new; end $$`)
  await admin.query(`create trigger hold before insert on baton.executions for each row when (new.id like 'late-%') execute function hold()`)
  await admin.query('select pg_advisory_lock(7)')
  const handle = await baton.start(HastyParent, { id: 'hasty-parent', input: policy })
  await expect.poll(async () => (await admin.query(`select from pg_locks where locktype = 'advisory' and objid = 7 and not granted`)).rows, { timeout: 10_000 }).toHaveLength(1)
  await handle.signal('finish')
  expect(await handle.result()).toBe('done')
  await admin.query('select pg_advisory_unlock(7)')
  await expect.poll(async () => (await baton.handle(`late-${policy}`).describe().catch(() => undefined))?.status, { timeout: 10_000 }).toBe(status)
})
