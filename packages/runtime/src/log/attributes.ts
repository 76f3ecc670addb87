// Search attributes that workflow code sets: the row of the execution changes in the commit that has the event. It is a
// statement of its own, because the end of an execution changes the same row, and one statement can change a row only once.
import type pg from 'pg'
import type { AttributeChanges, NewEvent } from './append.ts'
import type { Names } from './names.ts'

/** Adds what an event changes; later ones win. Iterations of a forEach set the attributes of their execution. */
export function addAttributeChanges(changes: Map<string, Record<string, unknown>>, { execution, type, payload }: NewEvent): void {
  if (type !== 'AttributesSet' || payload === null) return
  const [id = execution] = execution.split('\u001f')
  changes.set(id, { ...changes.get(id), ...(JSON.parse(payload) as Record<string, unknown>) })
}

export function setAttributesStatement({ schema }: Names, changes: AttributeChanges): pg.QueryConfig {
  // In the order in which everybody locks them.
  const sorted = [...changes].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    name: 'set-attributes',
    text: `update ${schema}.executions x
      set attributes = nullif(jsonb_strip_nulls(coalesce(x.attributes, '{}') || c.attributes), '{}')
      from unnest($1::text[], $2::jsonb[]) c (id, attributes) where x.id = c.id`,
    values: [sorted.map(([id]) => id), sorted.map(([, attributes]) => JSON.stringify(attributes))],
  }
}
