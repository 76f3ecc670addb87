import pg from 'pg'
import { expect, test } from 'vitest'
import { nthOf, placeOf } from '../../packages/runtime/src/log/lane-place.ts'
import { createDatabase } from '../support/database.ts'

const LARGEST = 2 ** 31 - 1

test('a place sorts by the main log\'s event first, behind it, and says which it is among those of iterations', async () => {
  await using database = await createDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const numbers = [0, 1, 2, 65_535, 65_536, LARGEST - 1, LARGEST]
  const wanted = numbers.flatMap((after) => numbers.map((nth) => ({ after, nth, split: nth })))
  const { rows } = await client.query(
    `select after, nth, ${nthOf('place')} as split from unnest($1::int[], $2::int[]) p (after, nth), lateral (select ${placeOf('after', 'nth')} as place) of
      order by place`,
    [wanted.map(({ after }) => after), wanted.map(({ nth }) => nth)].map((column) => column.toReversed()),
  )
  expect(rows).toEqual(wanted)
  const { rows: [main] } = await client.query(`select ${placeOf('null', 'null')} as place`)
  expect(main).toEqual({ place: null })
  await client.end()
})
