// What an execution asks of others, when the database is slow or refuses one of several.
import { Baton } from '@baton/runtime'
import { executeChild, Run, Workflow } from '@baton/sdk'
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

const workflows = [Basket, Teller, EchoChild, EchoParent]

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
