// G7: the histories that another process has written replay here.
import { Baton } from '@baton/runtime'
import { exportHistory, replay } from '@baton/testing'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Basket, Caller, Clock, Leaf, Limited, Relay, Renewed, Review, Squares, Trip } from '../support/talking-workflows.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

test('G7: histories of every kind of workflow replay on another process than wrote them', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  await using _worker = await startWorkerProcess({ url: database.url })
  const basket = await baton.start(Basket, { id: 'basket', input: { want: 2 } })
  await basket.signal('put', 'fig')
  expect(await basket.update('add', 'nut')).toBe(2)
  const relay = await baton.start(Relay, { id: 'relay', input: { rounds: 2, words: [] } })
  await relay.signal('tell', 'a')
  await relay.signal('tell', 'b')
  const ended = await Promise.allSettled([
    basket.result(), relay.result(),
    baton.execute(Clock, { id: 'clock', input: undefined }),
    baton.execute(Squares, { id: 'squares', input: { numbers: [1, -1, 2], lenient: true } }),
    baton.execute(Trip, { id: 'trip', input: 'fails' }),
    baton.execute(Review, { id: 'review', input: 30 }),
    baton.execute(Limited, { id: 'limited', input: undefined }),
    baton.execute(Renewed, { id: 'renewed', input: undefined }),
    baton.execute(Caller, { id: 'caller', input: 2 }),
  ])
  expect(ended.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(2)
  const all = { basket: Basket, relay: Relay, clock: Clock, squares: Squares, trip: Trip, review: Review, limited: Limited, renewed: Renewed, caller: Caller, 'caller/child:leaf': Leaf }
  for (const [id, workflow] of Object.entries(all)) {
    const history = JSON.stringify(await exportHistory(baton.handle(id)))
    expect(await replay(history, workflow), id).toMatchObject({ ended: true })
  }
})
