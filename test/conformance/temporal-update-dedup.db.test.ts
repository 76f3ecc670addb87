// Temporal update/deduplication, async_accepted; scenario 50: an update under one id runs once, is answered to all who sent it, and survives its worker.
import { Baton } from '@baton/runtime'
import { condition, continueAsNew, executionInfo, Run, Signal, Step, Update, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { mark } from '../support/marks.ts'
import { gate } from './support/gate.ts'
import { Stage } from './support/stage.ts'

const storing = gate()

@Workflow({ name: 'notebook' })
class Notebook {
  #notes = 0
  #turned = false

  @Signal() turn(): void {
    this.#turned = true
  }

  @Step() async store(text: string): Promise<string> {
    mark()
    await storing.pass()
    return text.toUpperCase()
  }

  @Update() async add(text: string): Promise<string> {
    const stored = await this.store(text)
    this.#notes++
    return `${stored} in run ${executionInfo().run}`
  }

  @Run() async run(until: number): Promise<number> {
    await condition(() => this.#turned || this.#notes >= until)
    if (this.#turned) continueAsNew<Notebook['run']>(1)
    return this.#notes
  }
}

test('four senders, two clients, two workers and two runs', async () => {
  await using stage = await Stage.open()
  const other = stage.use(await Baton.connect(stage.url))
  const first = await stage.worker([Notebook], { drainTimeout: 0 })
  const handle = await stage.baton.start(Notebook, { id: 'n', input: 2 })
  const ask = (client: Baton): Promise<string> => client.handle(Notebook, 'n').with({ id: 'u' }).update('add', 'tea')
  const early = [ask(stage.baton), ask(other)]
  await expect.poll(() => stage.marks().length, { interval: 5 }).toBe(1)
  await first.stop() // the update was accepted, its step has no outcome
  await stage.worker([Notebook])
  await expect.poll(() => stage.marks().length, { interval: 5 }).toBe(2)
  const late = ask(other)
  storing.open()
  expect(await Promise.all([...early, late])).toEqual(Array.from({ length: 3 }, () => 'TEA in run 1'))
  await handle.signal('turn')
  await expect.poll(async () => (await handle.history()).at(-1)?.type, { interval: 5 }).toBe('ContinuedAsNew')
  expect(await ask(stage.baton)).toBe('TEA in run 1') // of an earlier run, and answered from its log
  expect(await handle.with({ id: 'v' }).update('add', 'milk')).toBe('MILK in run 2')
  expect(await handle.result()).toBe(1)
  expect((await handle.history()).filter(({ type }) => type === 'UpdateAccepted')).toHaveLength(2)
})
