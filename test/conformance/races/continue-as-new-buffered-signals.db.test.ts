// Temporal signals_block_continue_as_new; scenario 36: a run continues as new with unread signals, and the next run gets them.
import { condition, continueAsNew, executionInfo, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { gate } from '../support/gate.ts'
import { Stage, waitAt } from '../support/stage.ts'

@Workflow({ name: 'relay' })
class Relay {
  readonly #words: string[] = []

  @Signal() tell(word: string): void {
    this.#words.push(word)
  }

  @Step() async rest(): Promise<void> {}

  @Run() async run(kept: readonly string[]): Promise<{ readonly words: readonly string[]; readonly runs: number }> {
    if (executionInfo().run === 1) {
      await this.rest()
      continueAsNew<Relay['run']>([...kept, ...this.#words])
    }
    if (kept.length < 5) await condition(() => this.#words.length > 0)
    const words = [...kept, ...this.#words]
    if (words.length < 5) continueAsNew<Relay['run']>(words)
    return { words, runs: executionInfo().run }
  }
}

test('signals that arrive while the commit of continueAsNew is under way go to the next run, in order and once', async () => {
  await using stage = await Stage.open()
  const commit = gate()
  await stage.worker([Relay], {}, waitAt('append:before', commit))
  const handle = await stage.baton.start(Relay, { id: 'r', input: [] })
  await commit.arrived // the outcome of `rest` and ContinuedAsNew are on their way
  for (const word of ['a', 'b', 'c', 'd', 'e']) await handle.with({ id: word }).signal('tell', word)
  commit.open()
  expect(await handle.result()).toMatchObject({ words: ['a', 'b', 'c', 'd', 'e'] })
})

test('a signal sent again to a later run under the id of an earlier one is the same message', async () => {
  await using stage = await Stage.open()
  await stage.worker([Relay])
  const handle = await stage.baton.start(Relay, { id: 'again', input: [] })
  for (const word of ['a', 'b', 'a', 'c', 'b', 'd', 'a', 'e']) await handle.with({ id: word }).signal('tell', word)
  const { words, runs } = await handle.result()
  expect(words).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect((await handle.history()).filter(({ type }) => type === 'ContinuedAsNew')).toHaveLength(runs - 1)
})
