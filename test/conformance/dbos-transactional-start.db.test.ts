// DBOS oaoo, datasource; scenario 59: starts and signals in the application's own transaction are there if it commits, and not if it does not.
import { condition, Run, Signal, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'order' })
class Order {
  readonly #paid: string[] = []

  @Signal() pay(by: string): void {
    this.#paid.push(by)
  }

  @Run() async run(): Promise<readonly string[]> {
    await condition(() => this.#paid.length > 0)
    return this.#paid
  }
}

test('the row, the execution and the signal commit together, or none does', async () => {
  await using stage = await Stage.open()
  await stage.sql('create table orders (id text primary key)')
  await stage.worker([Order])
  const transaction = new pg.Client({ connectionString: stage.url })
  await transaction.connect()
  for (const end of ['rollback', 'commit']) {
    await transaction.query('begin')
    await transaction.query(`insert into orders values ('o')`)
    const handle = await stage.baton.start(Order, { id: 'o', input: undefined, transaction })
    await transaction.query(end)
    expect(await stage.sql('select from orders'), end).toHaveLength(end === 'commit' ? 1 : 0)
    expect(await stage.baton.count({ workflow: Order }), end).toBe(end === 'commit' ? 1 : 0)
    await expect.poll(() => handle.describe().then(({ status }) => status, (error: { code: string }) => error.code), { interval: 5 }).toBe(end === 'commit' ? 'running' : 'ExecutionNotFound')
  }
  const handle = stage.baton.handle(Order, 'o')
  for (const [by, end] of [['ann', 'rollback'], ['bob', 'commit']] as const) {
    await transaction.query('begin')
    await handle.with({ transaction }).signal('pay', by)
    await transaction.query(end)
  }
  await transaction.end()
  expect(await handle.result()).toEqual(['bob'])
})
