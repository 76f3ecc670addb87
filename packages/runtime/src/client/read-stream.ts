// One page of a stream, with how the stream stands at the same moment: an item that is not on the last page of a stream that
// is over was never written.
import type pg from 'pg'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { decode } from '../payload/codec.ts'

/** An item of a stream. */
export interface StreamItem<T = unknown> {
  /** Its place in the stream: from 0, without gaps. */
  readonly offset: number
  readonly value: T
  /** The step that published it; undefined where the workflow's own code did. */
  readonly command: string | undefined
  /** The attempt of that step. */
  readonly attempt: number | undefined
  readonly at: Date
}

export interface StreamPage {
  readonly items: readonly StreamItem[]
  /** Whether no item will follow but those that are there: the stream was closed, or the execution has ended. */
  readonly over: boolean
}

interface Row {
  readonly over: boolean
  readonly offset: number | null
  readonly payload: string | null
  readonly command: string | null
  readonly attempt: number | null
  readonly at: Date | null
}

/** Which part of a stream. */
export interface PageRequest {
  readonly id: string
  readonly stream: string
  readonly from: number
  readonly limit: number
}

/** Items from an offset on, `limit` at most; undefined if there is no such execution. */
export async function readStream({ pool, border }: Database, { schema }: Names, page: PageRequest): Promise<StreamPage | undefined> {
  const { rows } = await pool.query<Row>({
    name: 'read-stream',
    text: `select x.ended_at is not null or s.closed_at is not null as over, i."offset", i.payload, i.command, i.attempt, i.at
      from ${schema}.executions x
      left join ${schema}.streams s on s.execution_id = x.id and s.stream = $2
      left join lateral (select * from ${schema}.stream_items where execution_id = x.id and stream = $2 and "offset" >= $3
        order by "offset" limit $4) i on true
      where x.id = $1 order by i."offset"`,
    values: [page.id, page.stream, page.from, page.limit],
  })
  const [first] = rows
  if (!first) return undefined
  return { items: (await border.openRows(rows, 'payload')).flatMap(toItem), over: first.over }
}

function toItem({ offset, payload, command, attempt, at }: Row): StreamItem[] {
  if (offset === null || at === null) return []
  return [{ offset, value: decode(payload), command: attempt === null ? undefined : (command ?? undefined), attempt: attempt ?? undefined, at }]
}

/**
 * Says that somebody follows a stream: what is published to it, its closing and the end of the execution are notified from
 * now on. Read the stream after it.
 */
export async function markFollowed(pool: pg.Pool, { schema }: Names, id: string, stream: string): Promise<void> {
  await pool.query({
    name: 'follow-execution',
    text: `update ${schema}.executions set awaited = true where id = $1 and not awaited and ended_at is null`,
    values: [id],
  })
  await pool.query({
    name: 'follow-stream',
    text: `insert into ${schema}.streams as s (execution_id, stream, followed) select id, $2, true from ${schema}.executions where id = $1
      on conflict (execution_id, stream) do update set followed = true where not s.followed`,
    values: [id, stream],
  })
}
