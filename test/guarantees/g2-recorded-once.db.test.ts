// G2 and what rests on it: iterations, compensation, further runs, children and timers, with a worker that dies at every commit.
import { Baton } from '@baton/runtime'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Caller, Clock, Relay, Squares, Trip } from '../support/talking-workflows.ts'
import { type Batch, dieAt, ranAgain } from './die-at.ts'

const words = ['a', 'b', 'c']

/** All at once: their commits are shared, so that a kill meets each in another state. */
async function begin(baton: Baton, prefix: string): Promise<Batch> {
  const id = (name: string): string => `${prefix}-${name}`
  const squares = await baton.start(Squares, { id: id('squares'), input: { numbers: [1, 2, 3, 4], concurrency: 2 } })
  const trip = await baton.start(Trip, { id: id('trip'), input: 'fails' })
  const relay = await baton.start(Relay, { id: id('relay'), input: { rounds: 3, words: [] } })
  for (const word of words) await relay.signal('tell', word)
  const caller = await baton.start(Caller, { id: id('caller'), input: 3 })
  const clock = await baton.start(Clock, { id: id('clock'), input: undefined })
  const ended = Promise.all([
    squares.result().then((result) => expect(result).toEqual([2, 5, 10, 17])),
    trip.result().then(() => expect.unreachable(), (error: unknown) => expect(error).toMatchObject({ code: 'ExecutionFailed', cause: { step: 'flight' } })),
    relay.result().then((result) => expect(result.words).toEqual(words)),
    caller.result().then((result) => expect(result).toEqual([0, 10, 20])),
    clock.result().then(({ before, after }) => expect(after - before).toBeGreaterThanOrEqual(30)),
  ])
  return { ids: ['squares', 'trip', 'relay', 'caller', 'clock'].map(id), ended }
}

test.each([['append:before', 4], ['append:after', 4], ['errand:before', 1], ['errand:after', 1]] as const)(
  'G2: killed at each %s, what is recorded stays, runs no second time, and nothing is lost',
  { timeout: 240_000 },
  async (kind, fewest) => {
    await using database = await createDatabase()
    await using baton = await Baton.connect(database.url)
    let deaths = 0
    for (;;) {
      const point = `${kind}@${deaths + 1}`
      const survived = await dieAt(database.url, baton, point, () => begin(baton, point))
      expect(ranAgain(survived), point).toEqual([])
      const undone = (await baton.handle(`${point}-trip`).history()).filter(({ type }) => type === 'StepCompleted').map(({ command }) => command)
      expect(undone, point).toEqual(['hotel', 'car', 'compensate/cancelCar', 'compensate/cancelHotel'])
      const { executions } = await baton.list({ workflow: 'leaf', limit: 500 })
      expect(executions.filter(({ id }) => id.startsWith(`${point}-caller/`)), point).toHaveLength(3)
      if (!survived.died) break
      deaths++
    }
    expect(deaths).toBeGreaterThanOrEqual(fewest)
  },
)
