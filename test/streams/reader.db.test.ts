// How streams are read: history first, then live, from any offset, across lost connections, until there is nothing more.
import { ClientClosed, ExecutionNotFound, InvalidQuery } from '@baton/runtime'
import { InvalidStreamName } from '@baton/sdk'
import { expect, test } from 'vitest'
import { collect } from '../support/collect.ts'
import { item, Scene, take } from './scene.ts'

/** Resolves once a reader of the client waits for what comes. */
async function listening({ database }: Scene): Promise<void> {
  await expect.poll(async () => (await database.db.selectFrom('streams').select('followed').where('followed', '=', true).execute()).length, { interval: 5 }).toBeGreaterThan(0)
}

test('a reader gets what is there and then what comes, until the stream is closed', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const writer = await scene.worker()
  await writer.publish(item('e', 'a'))
  const reader = scene.read('e')
  const [first] = await take(reader, 1)
  expect(first).toBe('a')
  const next = reader.next()
  await listening(scene)
  await writer.publish(item('e', 'b'))
  expect(await next).toMatchObject({ value: { offset: 1, value: 'b', command: 'c', attempt: 1, at: expect.any(Date) as unknown } })
  const end = reader.next()
  await writer.close({ execution: 'e', stream: 's' })
  expect(await end).toEqual({ value: undefined, done: true })
})

test('a reader ends with the execution, also where nothing was ever published', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const waiting = collect(scene.read('e'))
  await listening(scene)
  await scene.end('e')
  expect(await waiting).toEqual([])
  expect(await collect(scene.read('e'))).toEqual([])
})

test('two readers at different offsets get each their own part, whatever the size of a page', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const writer = await scene.worker()
  const publish = (from: number, to: number): Promise<void[]> =>
    Promise.all(Array.from({ length: to - from }, (_, i) => writer.publish(item('e', from + i))))
  await publish(0, 25)
  const all = collect(scene.read('e', { pageSize: 5 }))
  const late = collect(scene.read('e', { from: 20, pageSize: 7 }))
  const ahead = collect(scene.read('e', { from: 40 })) // waits for an offset that is not there yet
  await listening(scene)
  await publish(25, 50)
  await writer.close({ execution: 'e', stream: 's' })
  const numbers = (from: number): number[] => Array.from({ length: 50 - from }, (_, i) => from + i)
  expect((await all).map(({ offset }) => offset)).toEqual(numbers(0))
  expect((await all).map(({ value }) => value)).toEqual(numbers(0))
  expect((await late).map(({ value }) => value)).toEqual(numbers(20))
  expect((await ahead).map(({ value }) => value)).toEqual(numbers(40))
})

test('a reader whose LISTEN connection is terminated again and again misses nothing', { timeout: 60_000 }, async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const writer = await scene.worker()
  const reading = collect(scene.read('e'))
  await listening(scene)
  let cut = 0
  for (let i = 0; i < 60; i++) {
    if (i % 10 === 5) {
      const { rows } = await scene.database.pool.query<{ done: boolean }>(
        `select pg_terminate_backend(pid) as done from pg_stat_activity where datname = current_database() and application_name like 'baton client % listen'`,
      )
      cut += rows.length
    }
    await writer.publish(item('e', i))
  }
  await writer.close({ execution: 'e', stream: 's' })
  const items = await reading
  expect(items.map(({ value }) => value)).toEqual(Array.from({ length: 60 }, (_, i) => i))
  expect(items.map(({ offset }) => offset)).toEqual(Array.from({ length: 60 }, (_, i) => i))
  expect(cut).toBeGreaterThan(0)
})

test('a notification that never came costs time alone', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const writer = await scene.worker()
  const reader = scene.read('e')
  const next = reader.next()
  await listening(scene)
  // Nobody listens, and nothing is notified: only the slow look is left.
  await scene.database.pool.query(
    `with gone as materialized (select pg_terminate_backend(pid, 5000) as done from pg_stat_activity
        where datname = current_database() and application_name like 'baton client % listen')
      update baton.streams set followed = false where (select count(*) from gone where done) = 1`,
  )
  await writer.publish(item('e', 'unheard'))
  expect(await next).toMatchObject({ value: { value: 'unheard' } })
  await reader.return()
})

test('who does not follow gets what is there', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  await (await scene.worker()).publish(item('e', 1))
  expect((await collect(scene.read('e', { follow: false }))).map(({ value }) => value)).toEqual([1])
})

test('a reader is given up by its signal, and told when the client is closed', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  const stop = new AbortController()
  const given = collect(scene.read('e', { signal: stop.signal }))
  const told = collect(scene.read('e'))
  const outcomes = Promise.allSettled([given, told])
  await listening(scene)
  stop.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
  await scene.baton.close()
  await expect(told).rejects.toThrow(ClientClosed)
  await outcomes
})

test('what cannot be read is refused', async () => {
  await using scene = await Scene.open()
  await scene.execution('e')
  await expect(collect(scene.baton.handle('nobody').stream('s'))).rejects.toThrow(ExecutionNotFound)
  await expect(collect(scene.baton.handle('e').stream('a b'))).rejects.toThrow(InvalidStreamName)
  await expect(collect(scene.read('e', { from: -1 }))).rejects.toThrow(InvalidQuery)
  await expect(collect(scene.read('e', { pageSize: 0 }))).rejects.toThrow(InvalidQuery)
})
