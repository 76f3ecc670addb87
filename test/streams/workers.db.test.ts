// G2 for streams: what a step was told to be written is there, whatever becomes of its worker.
import { Baton } from '@baton/runtime'
import { expect, test } from 'vitest'
import { collect } from '../support/collect.ts'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { type ProxiedConnection, proxyPostgres, type Verdict } from '../support/postgres-proxy.ts'
import { locality, testWorker } from '../support/worker.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { Teller } from '../support/workflows.ts'

test('a retried attempt publishes again, and once where it says a key', async () => {
  await using database = await createDatabase()
  await using _worker = await testWorker(database.url)
  await using baton = await Baton.connect(database.url)
  const plain = await baton.start(Teller, { input: { parts: 1, n: 2, keyed: false, fails: 1 } })
  const keyed = await baton.start(Teller, { input: { parts: 1, n: 2, keyed: true, fails: 1 } })
  const of = async (handle: typeof plain) => (await collect(handle.stream('tokens'))).map(({ offset, value, command, attempt }) => [offset, value, command, attempt])
  expect(await of(plain)).toEqual([[0, '0:0', 'tell', 1], [1, '0:1', 'tell', 1], [2, '0:0', 'tell', 2], [3, '0:1', 'tell', 2]])
  expect(await of(keyed)).toEqual([[0, '0:0', 'tell', 1], [1, '0:1', 'tell', 1]])
})

for (const point of ['publish:before', 'publish:after'] as const) {
  test(`killed at ${point}: no gap, and nothing that was acknowledged is lost`, { timeout: 60_000 }, async () => {
    await using database = await createDatabase()
    await using baton = await Baton.connect(database.url)
    for (const [round, at] of [1, 2, 4].entries()) {
      using marks = marksFile()
      const plain = await baton.start(Teller, { id: `plain-${round}`, input: { parts: 3, n: 5, keyed: false } })
      const keyed = await baton.start(Teller, { id: `keyed-${round}`, input: { parts: 3, n: 5, keyed: true } })
      const reading = Promise.all([collect(plain.stream<string>('tokens')), collect(keyed.stream<string>('tokens'))])
      {
        await using victim = await startWorkerProcess({ url: database.url, dieAt: `${point}@${at}`, options: { locality } })
        await victim.exited
      }
      const acknowledged = marks.read().map(({ key }) => key)
      await using _survivor = await testWorker(database.url)
      const [items, once] = await reading
      expect([await plain.result(), await keyed.result()]).toEqual([15, 15])
      for (const stream of [items, once]) expect(stream.map(({ offset }) => offset)).toEqual(stream.map((_, i) => i))
      const all = Array.from({ length: 3 }, (_, part) => Array.from({ length: 5 }, (_, i) => `${part}:${i}`)).flat()
      expect(once.map(({ value }) => value).toSorted()).toEqual(all)
      // Unkeyed: what the victim had written stands, and comes again with the steps that ran again.
      const values = items.map(({ value }) => value)
      expect([...new Set(values)].sort()).toEqual(all)
      for (const value of acknowledged) expect(values).toContain(value)
    }
  })
}

test('a publication that committed without an answer is not written again', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  let lost = 0
  const judge = ({ application }: ProxiedConnection, text: string): Verdict => {
    if (!application.endsWith('streams') || !text.toLowerCase().includes('commit\0') || lost >= 3) return 'pass'
    lost++
    return 'lose answer'
  }
  await using proxy = await proxyPostgres(database.url, judge)
  await using _worker = await testWorker(proxy.url)
  await using baton = await Baton.connect(database.url)
  const handle = await baton.start(Teller, { input: { parts: 2, n: 6, keyed: false } })
  const items = await collect(handle.stream<string>('tokens'))
  expect(lost).toBe(3)
  expect(items.map(({ offset }) => offset)).toEqual(items.map((_, i) => i))
  expect(items.map(({ value }) => value).toSorted()).toEqual(['0:0', '0:1', '0:2', '0:3', '0:4', '0:5', '1:0', '1:1', '1:2', '1:3', '1:4', '1:5'])
})

test('a connection for streams that falls silent is given up, and what waited is written', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  await using proxy = await proxyPostgres(database.url)
  await using _worker = await testWorker(proxy.url)
  await using baton = await Baton.connect(database.url)
  await baton.execute(Teller, { input: { parts: 1, n: 1, keyed: false } })
  for (const connection of proxy.connections) if (connection.application.endsWith('streams')) connection.silence()
  const handle = await baton.start(Teller, { input: { parts: 1, n: 3, keyed: false } })
  expect((await collect(handle.stream('tokens'))).map(({ value }) => value)).toEqual(['0:0', '0:1', '0:2'])
})
