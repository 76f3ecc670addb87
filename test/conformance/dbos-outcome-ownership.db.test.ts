// DBOS outcome_ownership; scenario 4: two workers believe that they own an execution, and the log takes from one of them only.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { proxyPostgres } from '../support/postgres-proxy.ts'
import { gate } from './support/gate.ts'
import { Stage, waitAt } from './support/stage.ts'

let told = ''
const answers: string[] = []

@Workflow({ name: 'owned' })
class Owned {
  @Step() async ask(): Promise<string> {
    answers.push(told)
    return told
  }

  @Step() async keep(answer: string): Promise<string> {
    return `kept ${answer}`
  }

  @Run() async run(): Promise<string> {
    return this.keep(await this.ask())
  }
}

test('the stale one’s append is refused, and its outcome of the step goes nowhere', async () => {
  await using stage = await Stage.open()
  const proxy = stage.use(await proxyPostgres(stage.url))
  const append = gate()
  const said: string[] = []
  told = 'by the stale one'
  const stale = await stage.worker([Owned], { url: proxy.url, log: ({ message }) => said.push(message) }, waitAt('append:before', append))
  const id = stale.id
  const handle = await stage.baton.start(Owned, { id: 'o', input: undefined })
  await append.arrived // with the outcome in its hand, and cut off from the database
  proxy.cut()
  told = 'by the new one'
  await stage.worker([Owned])
  expect(await handle.result()).toBe('kept by the new one')
  const history = await handle.history()

  proxy.mend()
  append.open()
  await expect.poll(() => stale.id, { timeout: 20_000 }).not.toBe(id)
  expect(said.some((message) => message.includes('appends nothing'))).toBe(true)
  expect(await handle.history()).toEqual(history)
  expect(answers).toEqual(['by the stale one', 'by the new one'])
})
