// C7: among what waits for a worker or a slot the higher priority goes first, among equals whoever came first.
import { Baton } from '@baton/runtime'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { testWorker } from '../support/worker.ts'
import { Chain } from '../support/workflows.ts'

test('executions that wait for a worker begin by their priority', async () => {
  await using database = await createDatabase()
  using marks = marksFile()
  await using baton = await Baton.connect(database.url)
  const start = (id: string, priority?: number) => baton.start(Chain, { id, input: { n: 1, ms: 0 }, ...(priority === undefined ? {} : { priority }) })
  const handles = [await start('a-low', -7), await start('b-ordinary'), await start('c-high', 3), await start('d-ordinary'), await start('e-highest', 1_000)]
  await using _worker = await testWorker(database.url, { slots: 1, maxActors: 1 })
  for (const handle of handles) await handle.result()
  expect(marks.read().map(({ key }) => key.split('/')[0])).toEqual(['e-highest', 'c-high', 'b-ordinary', 'd-ordinary', 'a-low'])
})

test('a start that is repeated keeps the priority it had, and one out of range is refused', async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  await expect(baton.start(Chain, { input: { n: 0, ms: 0 }, priority: 1.5 })).rejects.toMatchObject({ code: 'InvalidOption' })
  await baton.start(Chain, { id: 'same', input: { n: 0, ms: 0 }, priority: 5 })
  await baton.start(Chain, { id: 'same', input: { n: 0, ms: 0 } })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query<{ priority: number; job: number }>(`select x.priority, j.priority as job from baton.executions x, baton_boss.job j where j.data->>'execution' = x.id`)
  await client.end()
  expect(rows).toEqual([{ priority: 5, job: 5 }])
})
