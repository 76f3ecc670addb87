// How items are written: offsets without gaps whoever publishes, once each, and never by those who may not.
import { StreamClosed } from '@baton/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fenced } from '../../packages/runtime/src/log/fenced.ts'
import { collect } from '../support/collect.ts'
import { item, Scene } from './scene.ts'

test('offsets have no gap and each item is there once, however publishers of several workers meet', { timeout: 120_000 }, async () => {
  await using scene = await Scene.open()
  const act = fc.record({
    worker: fc.integer({ min: 0, max: 2 }),
    stream: fc.constantFrom('a', 'b'),
    key: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined }),
    /** Whether it waits for what is under way of its worker before. */
    waits: fc.boolean(),
    /** A connection that is lost before or after the commit. */
    lost: fc.constantFrom('no', 'no', 'no', 'before', 'after'),
  })
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 40 }), async (acts) => {
      const id = `run-${runs++}`
      await scene.execution(id)
      const losses: string[] = []
      const faults = (point: string): void => {
        const at = losses.indexOf(point)
        if (at < 0) return
        losses.splice(at, 1)
        throw new Error('Connection terminated by the test')
      }
      const writers = await Promise.all([0, 1, 2].map(() => scene.worker(faults)))
      const published: Promise<void>[] = []
      for (const [n, { worker, stream, key, waits, lost }] of acts.entries()) {
        if (lost !== 'no') losses.push(`publish:${lost}`)
        const writing = writers[worker]?.publish(item(id, { n, key }, { stream, ...(key === undefined ? {} : { key }) })) ?? Promise.reject(new Error('none'))
        published.push(writing)
        if (waits) await writing
      }
      await Promise.all(published)
      for (const stream of ['a', 'b']) {
        const items = await scene.standing(id, stream)
        expect(items.map(({ offset }) => offset)).toEqual(items.map((_, i) => i))
        const values = items.map(({ value }) => value as { n: number; key?: string })
        const wanted = acts.flatMap((each, n) => (each.stream === stream ? [{ n, key: each.key }] : []))
        const plain = values.filter(({ key }) => key === undefined).map(({ n }) => n)
        expect(plain.toSorted((a, b) => a - b)).toEqual(wanted.filter(({ key }) => key === undefined).map(({ n }) => n))
        const keys = values.flatMap(({ key }) => (key === undefined ? [] : [key]))
        expect(keys.toSorted()).toEqual([...new Set(wanted.flatMap(({ key }) => (key === undefined ? [] : [key])))].sort())
        // Each publisher's items stand in the order in which it published them.
        for (const worker of [0, 1, 2]) {
          const mine = values.filter(({ n }) => acts[n]?.worker === worker).map(({ n }) => n)
          expect(mine).toEqual(mine.toSorted((a, b) => a - b))
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('a key is one of a call and a stream: another call or stream has its own', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const writer = await scene.worker()
  await writer.publish(item('e', 'first', { key: 'k', command: 'a' }))
  await writer.publish(item('e', 'again', { key: 'k', command: 'a', attempt: 2 }))
  await writer.publish(item('e', 'other call', { key: 'k', command: 'b' }))
  await writer.publish(item('e', 'other stream', { key: 'k', command: 'a', stream: 't' }))
  expect((await scene.standing('e')).map(({ offset, value, command, attempt }) => [offset, value, command, attempt])).toEqual([
    [0, 'first', 'a', 1], [1, 'other call', 'b', 1],
  ])
  expect((await scene.standing('e', 't')).map(({ value }) => value)).toEqual(['other stream'])
})

test('a worker that was taken over publishes nothing, and learns of it', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  let fenced = 0
  const victim = await scene.worker(undefined, () => void fenced++)
  await victim.publish(item('e', 1))
  await scene.database.db.updateTable('workers').set({ fenced: true }).where('id', '=', victim.id).execute()
  await expect(victim.publish(item('e', 2))).rejects.toThrow(Fenced)
  await expect(victim.close({ execution: 'e', stream: 's' })).rejects.toThrow(Fenced)
  expect(fenced).toBe(1)
  expect((await scene.standing('e')).map(({ value }) => value)).toEqual([1])
})

test('what comes after a closing in the same flush is refused, what came before is there', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const writer = await scene.worker()
  const results = await Promise.allSettled([
    writer.publish(item('e', 1)), writer.close({ execution: 'e', stream: 's' }), writer.publish(item('e', 2)),
    writer.publish(item('e', 3, { stream: 't' })),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(results[2]).toMatchObject({ reason: expect.any(StreamClosed) as unknown })
  expect((await scene.standing('e')).map(({ value }) => value)).toEqual([1])
})

test('a publication and the end of its execution follow each other: what is acknowledged is read by who reads to the end', { timeout: 60_000 }, async () => {
  await using scene = await Scene.open()
  const writers = await Promise.all([0, 1].map(() => scene.worker()))
  for (let round = 0; round < 30; round++) {
    const id = `e${round}`
    await scene.execution(id)
    const reading = collect(scene.read(id))
    const publishing = writers.map(async (writer, w) => {
      const acknowledged: string[] = []
      for (let i = 0; ; i++) {
        const refused = await writer.publish(item(id, `${w}:${i}`)).catch((error: unknown) => error)
        if (refused instanceof StreamClosed) return acknowledged
        if (refused !== undefined) throw refused
        acknowledged.push(`${w}:${i}`)
      }
    })
    await writers[0]?.publish(item(id, 'begun')) // both are at work by now
    await scene.end(id)
    const acknowledged = (await Promise.all(publishing)).flat()
    expect((await reading).map(({ value }) => value).toSorted()).toEqual([...acknowledged, 'begun'].sort())
  }
})

test('an execution does not end between a publication and its commit', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const writer = await scene.worker()
  await writer.publish(item('e', 'a'))
  const waiting = async (): Promise<number> => {
    const { rows } = await scene.database.pool.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    return rows.length
  }
  const holder = await scene.database.pool.connect()
  await holder.query('begin')
  await holder.query('select from baton.streams for update') // the publication comes as far as the counter
  const publishing = writer.publish(item('e', 'b'))
  await expect.poll(waiting, { interval: 5 }).toBe(1)
  let over = false
  const ending = scene.end('e').then(() => {
    over = true
  })
  await expect.poll(async () => over || (await waiting()) === 2, { interval: 5 }).toBe(true)
  const waited = !over
  await holder.query('commit')
  holder.release()
  await publishing
  await ending
  expect(waited).toBe(true)
  expect((await scene.standing('e')).map(({ value }) => value)).toEqual(['a', 'b'])
  await expect(writer.publish(item('e', 'c'))).rejects.toThrow(StreamClosed)
})

test('an item the server refuses fails alone', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const writer = await scene.worker()
  const results = await Promise.allSettled([writer.publish(item('e', 1)), writer.publish({ ...item('e', 2), payload: 'no json' }), writer.publish(item('e', 3))])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect((await scene.standing('e')).map(({ offset, value }) => [offset, value])).toEqual([[0, 1], [1, 3]])
})
