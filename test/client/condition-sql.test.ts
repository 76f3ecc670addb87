import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { leastBeyond } from '../../packages/runtime/src/client/condition-sql.ts'
import { conditionsOf } from '../../packages/runtime/src/client/conditions.ts'
import { choosePath } from '../../packages/runtime/src/client/list-path.ts'
import { pageQuery } from '../../packages/runtime/src/client/list-query.ts'
import { openDatabase } from '../../packages/runtime/src/log/database.ts'
import { namesOf } from '../../packages/runtime/src/log/names.ts'

const names = namesOf()
// Opens no connection before a query runs; here none does.
const { db } = openDatabase({ url: 'postgres://nowhere', names, name: 'test', max: 1, onError: () => {} })

test.each([
  ['a', 'b'], ['ab', 'ac'], ['', undefined], ['a\u{10FFFF}', 'b'], ['\u{10FFFF}', undefined], ['\uD7FF', '\uE000'], ['\uFFFF', '\u{10000}'],
])('the least text behind all that begin with %j is %j', (prefix, beyond) => expect(leastBeyond(prefix)).toBe(beyond))

test('names of attributes and values are parameters, never text of a statement', () => {
  const evil = "x'; drop table executions; --"
  const filters = [{ [evil]: evil }, { [evil]: { startsWith: evil } }, { [evil]: { contains: evil } }, { [evil]: { gte: 1 } }]
  for (const attributes of filters) {
    for (const order of ['createdAt', 'id', { attribute: evil }] as const) {
      const path = choosePath(names, conditionsOf({ workflow: evil, idPrefix: evil, attributes }), order, [])
      const statement = pageQuery(names, { path, descending: true, after: path.keyTypes.map(() => evil), reads: 5 }, 5).compile(db)
      expect(statement.sql).not.toContain('drop')
      expect(statement.parameters.filter((each) => String(each).includes('drop')).length).toBeGreaterThan(2)
    }
  }
  expect(sql`${evil}`.compile(db).parameters).toEqual([evil])
})
