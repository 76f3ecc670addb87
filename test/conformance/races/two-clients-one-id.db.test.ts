// DBOS oaoo, Absurd idempotent_spawn; scenario 46: two clients start one id at the same time, with equal input and with another.
import { Baton } from '@baton/runtime'
import { Run, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { mark } from '../../support/marks.ts'
import { Stage } from '../support/stage.ts'

@Workflow({ name: 'once' })
class Once {
  @Step() async work(n: number): Promise<number> {
    mark()
    return n
  }

  @Run() async run(n: number): Promise<number> {
    return this.work(n)
  }
}

test('one execution, one effect; another input is refused', async () => {
  await using stage = await Stage.open()
  const clients = [stage.baton, stage.use(await Baton.connect(stage.url))]
  await stage.worker([Once])
  const ids = Array.from({ length: 40 }, (_, i) => `id-${i}`)
  const results = await Promise.all(ids.flatMap((id, i) => clients.map((client) => client.execute(Once, { id, input: i }))))
  expect(results).toEqual(ids.flatMap((_, i) => [i, i]))
  expect(stage.marks()).toHaveLength(40)

  const rivals = await Promise.allSettled(clients.map((client, i) => client.execute(Once, { id: 'contested', input: 100 + i })))
  const won = rivals.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const lost = rivals.flatMap((each) => (each.status === 'rejected' ? [each.reason as { code: string }] : []))
  expect([won.length, lost.map(({ code }) => code)]).toEqual([1, ['ExecutionIdReused']])
  expect(stage.marks()).toHaveLength(41)
})

test('two transactions start one id: the second waits for the first, and starts it if that is rolled back', async () => {
  await using stage = await Stage.open()
  const { Client } = await import('pg').then(({ default: pg }) => pg)
  const [first, second] = [new Client({ connectionString: stage.url }), new Client({ connectionString: stage.url })]
  await Promise.all([first.connect(), second.connect()])
  await stage.worker([Once])
  for (const end of ['rollback', 'commit']) {
    await first.query('begin')
    await second.query('begin')
    await stage.baton.start(Once, { id: end, input: 1, transaction: first })
    const waiting = stage.baton.start(Once, { id: end, input: 1, transaction: second })
    await first.query(end)
    const handle = await waiting
    await second.query('commit')
    expect(await handle.result()).toBe(1)
  }
  await Promise.all([first.end(), second.end()])
  expect(stage.ran()).toEqual(['work', 'work'])
})
