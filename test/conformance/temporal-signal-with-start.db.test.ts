// Temporal signal_with_start, update/deduplication; scenario 21: many start and signal one id at once; each message is delivered once.
import { Baton } from '@baton/runtime'
import { condition, Run, Signal, Update, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'collecting' })
class Collecting {
  readonly #got: number[] = []

  @Signal() give(n: number): void {
    this.#got.push(n)
  }

  @Update() async add(n: number): Promise<number> {
    return this.#got.push(n)
  }

  @Run() async run(want: number): Promise<readonly number[]> {
    await condition(() => this.#got.length >= want)
    return this.#got
  }
}

test('twenty starters with two clients make one execution with twenty signals, each of which was sent twice', async () => {
  await using stage = await Stage.open()
  const other = stage.use(await Baton.connect(stage.url))
  await stage.worker([Collecting])
  const ns = Array.from({ length: 20 }, (_, n) => n)
  const handles = await Promise.all([stage.baton, other].flatMap((client) => ns.map((n) =>
    client.signalWithStart(Collecting, { id: 'c', input: 21, signal: { name: 'give', args: [n], id: `give-${n}` } }))))
  expect(await stage.baton.count({ workflow: Collecting })).toBe(1)
  const [handle] = handles
  const answers = await Promise.all([stage.baton, other].map((client) =>
    client.updateWithStart(Collecting, { id: 'c', input: 21, update: { name: 'add', args: [99], id: 'add-99' } })))
  expect(new Set(answers)).toEqual(new Set([21]))
  const got = await handle?.result()
  expect(got?.toSorted((a, b) => a - b)).toEqual([...ns, 99])
  const ids = (await stage.baton.handle('c').history()).filter(({ type }) => type === 'SignalReceived').map(({ data }) => data['id'])
  expect(ids).toHaveLength(20)
  expect(new Set(ids).size).toBe(20)
})
