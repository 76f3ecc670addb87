// G3: an attempt that its worker has given up commits nothing, though the execution came back to the same worker.
import { Baton, stepTransaction } from '@baton/runtime'
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { bankSchema } from '../support/bank-workflows.ts'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'

const begun = Promise.withResolvers<void>()
const gate = Promise.withResolvers<void>()
let bodies = 0

@Workflow({ name: 'returning' })
class Returning {
  over = false

  @Signal() nothing(): void {}

  @Signal() finish(): void {
    this.over = true
  }

  @Step({ transactional: true }) async move(): Promise<number> {
    const body = ++bodies
    await stepTransaction<{ transfers: { id: string; amount: number } }>().insertInto('transfers').values({ id: `body ${body}`, amount: 1 }).execute()
    begun.resolve()
    if (body === 1) await gate.promise // whatever its signal says
    return body
  }

  @Run() async run(): Promise<number> {
    const body = await this.move()
    await condition(() => this.over)
    return body
  }
}

test('G3 a transactional step whose execution was given back and taken again takes effect once', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  stack.defer(() => admin.end())
  await admin.query(bankSchema)
  await admin.query(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`)
  const worker = stack.use(await testWorker(url, { workflows: [Returning], locality: true }))
  const baton = stack.use(await Baton.connect(url))
  const handle = await baton.start(Returning, { id: 'returning', input: undefined })
  await begun.promise
  await admin.query(`create trigger refuse before insert on baton.events for each row when (new.type = 'SignalReceived') execute function refuse()`)
  await handle.signal('nothing')
  await expect.poll(() => worker.entries.map(({ message }) => message), { timeout: 10_000 }).toContainEqual(expect.stringContaining('could not be appended to'))
  await admin.query('drop trigger refuse on baton.events')
  await expect.poll(async () => (await handle.history()).map(({ type }) => type), { timeout: 20_000 }).toContain('StepCompleted')
  gate.resolve()
  const open = `select from pg_stat_activity where application_name like '% steps' and datname = current_database() and state <> 'idle'`
  await expect.poll(async () => (await admin.query(open)).rows, { timeout: 10_000 }).toHaveLength(0)
  expect((await admin.query('select id from transfers')).rows).toEqual([{ id: 'body 2' }])
  await handle.signal('finish')
  expect(await handle.result()).toBe(2)
})
