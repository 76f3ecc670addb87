// DBOS dbhiccup; scenario 3: the database is out of reach for five seconds in the middle of an execution.
import { setTimeout as wait } from 'node:timers/promises'
import { Baton } from '@baton/runtime'
import { Run, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { mark } from '../support/marks.ts'
import { proxyPostgres } from '../support/postgres-proxy.ts'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'counting' })
class Counting {
  @Step() async add(sum: number, n: number): Promise<number> {
    mark()
    await wait(5)
    return sum + n
  }

  @Run() async run(upTo: number): Promise<number> {
    let sum = 0
    for (let n = 1; n <= upTo; n++) sum = await this.add(sum, n)
    return sum
  }
}

test('no step is lost and none recorded twice, and the waiting client gets its result', async () => {
  await using stage = await Stage.open()
  const proxy = stage.use(await proxyPostgres(stage.url))
  await stage.worker([Counting], { url: proxy.url })
  const client = stage.use(await Baton.connect(proxy.url))
  const handle = await client.start(Counting, { id: 'c', input: 60 })
  const result = handle.result()
  await expect.poll(() => stage.marks().length, { interval: 5 }).toBeGreaterThan(10)
  proxy.cut()
  await wait(5_000) // the outage itself
  proxy.mend()
  expect(await result).toBe(1_830)
  const history = await handle.history()
  const steps = history.filter(({ type }) => type === 'StepCompleted').map(({ command }) => command)
  expect(steps).toHaveLength(60)
  expect(new Set(steps).size).toBe(60)
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, i) => i + 1))
  expect(stage.marks().length).toBeLessThanOrEqual(61) // the one that was under way may have run again
})
