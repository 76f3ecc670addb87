// Owns: reading logs of executions for their replay, piece by piece: how long a history is says nothing of how much of it is in memory.
import type pg from 'pg'
import type { Foreseen } from '../core/foreseen.ts'
import { afterOf, nthOf } from './lane-place.ts'
import type { Names } from './names.ts'
import type { LogRow } from './read-history.ts'

/** Rows of an iteration that has not ended, and the event of the main log that each stands behind. */
export interface LaneRow extends LogRow {
  readonly after: number
  readonly nth: number
}

/** The next rows of the main logs of several executions. */
export interface Piece {
  readonly rows: ReadonlyMap<string, readonly LogRow[]>
  /** Those whose logs go on, with the number of the next event. */
  readonly more: ReadonlyMap<string, number>
}

interface PieceRow extends LogRow {
  /** The number of the last event of the log. */
  readonly last: number
}

/** For all executions of a piece together, but not less than the least for each. */
const ROWS = 20_000
const LEAST_ROWS = 20
const MOST_ROWS = 5_000
/** Of payloads. The first event always comes. */
const BYTES = 16 * 1024 * 1024

/** Reads the beginning of the runs that are under way. */
export function readFirstPiece(pool: pg.Pool, names: Names, ids: readonly string[]): Promise<Piece> {
  return readPiece(pool, names, new Map(ids.map((id) => [id, null])), 1_000)
}

/** Reads on. Where bytes were the bound, not many more rows than before are looked at: the server reads what is compressed to know its length. */
export function readNextPiece(pool: pg.Pool, names: Names, { rows, more }: Piece): Promise<Piece> {
  return readPiece(pool, names, more, 2 * Math.max(...[...more.keys()].map((id) => rows.get(id)?.length ?? 0)))
}

async function readPiece(pool: pg.Pool, { schema }: Names, from: ReadonlyMap<string, number | null>, most: number): Promise<Piece> {
  const { rows } = await pool.query<PieceRow>({
    name: 'read-piece',
    text: `select i.id as execution_id, e.seq, e.at, e.type, e.command, e.payload, e.meta, null as lane, null as nth, last.seq as last
      from unnest($1::text[], $2::int[]) with ordinality i (id, seq, n)
      join ${schema}.executions x on x.id = i.id
      cross join lateral (select max(seq) as seq from ${schema}.events where execution_id = i.id) last
      cross join lateral (
        select * from (
          select e.*, sum(case when pg_column_compression(payload) is null then pg_column_size(payload) else octet_length(payload::text) end)
            over (order by seq rows between unbounded preceding and 1 preceding) as before
          from ${schema}.events e where e.execution_id = i.id and e.seq >= coalesce(i.seq, x.run_seq) order by e.seq limit $3
        ) e where e.before is null or e.before < $4
      ) e
      order by i.n, e.seq`,
    values: [
      [...from.keys()], [...from.values()],
      Math.max(LEAST_ROWS, Math.min(most, MOST_ROWS, Math.floor(ROWS / from.size))), Math.floor(BYTES / from.size),
    ],
  })
  const read = Map.groupBy(rows, (row) => row.execution_id)
  const more = new Map<string, number>()
  for (const [id, logged] of read) {
    const end = logged.at(-1)
    if (end && end.seq < end.last) more.set(id, end.seq + 1)
  }
  return { rows: read, more }
}

/** What rows have that a program must know before it comes to it. Their payloads are not looked at: they may be sealed. */
export function foreseenIn(rows: readonly LogRow[]): Foreseen {
  const of = (...types: readonly string[]): readonly string[] => rows.flatMap(({ type, command }) => (types.includes(type) && command !== null ? [command] : []))
  return { patches: of('Patched'), iterations: of('IterationCompleted', 'IterationFailed') }
}

/** The logs of iterations that have not ended, whole and in the order of all their events. */
export async function readLanes(pool: pg.Pool, { schema }: Names, ids: readonly string[]): Promise<ReadonlyMap<string, readonly LaneRow[]>> {
  const { rows } = await pool.query<LaneRow>({
    name: 'read-lanes',
    text: `select l.execution_id, e.seq, e.at, e.type, e.command, e.payload, e.meta, l.lane, ${nthOf('e.place')} as nth, ${afterOf('e.place')} as after
      from ${schema}.lanes l join ${schema}.events e on e.execution_id = l.execution_id || E'\\x1f' || l.lane
      where l.execution_id = any($1) order by l.execution_id, e.place`,
    values: [ids],
  })
  return Map.groupBy(rows, (row) => row.execution_id)
}

/** What the rest of logs has that a program must know before it comes to it. */
export async function readForeseen(pool: pg.Pool, { schema }: Names, from: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, Foreseen>> {
  const { rows } = await pool.query<{ id: string; patches: string[]; iterations: string[] }>({
    name: 'read-foreseen',
    text: `select i.id, coalesce(array_agg(e.command) filter (where e.type = 'Patched'), '{}') as patches,
        coalesce(array_agg(e.command) filter (where e.type <> 'Patched'), '{}') as iterations
      from unnest($1::text[], $2::int[]) i (id, seq)
      join ${schema}.events e on e.execution_id = i.id and e.seq >= i.seq and e.type in ('Patched', 'IterationCompleted', 'IterationFailed')
      group by i.id`,
    values: [[...from.keys()], [...from.values()]],
  })
  return new Map(rows.map(({ id, ...marks }) => [id, marks]))
}

/** Which of these commands stand anywhere in the log of an execution, those of its iterations included. */
export async function readWritten(pool: pg.Pool, { schema }: Names, id: string, commands: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ command: string }>({
    name: 'read-written',
    text: `select distinct command from ${schema}.events
      where (execution_id = $1 or (execution_id > $1 || E'\\x1f' and execution_id < $1 || ' ')) and command = any($2)`,
    values: [id, commands],
  })
  return new Set(rows.map(({ command }) => command))
}
