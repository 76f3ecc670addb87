// Executions that are a worker's from the first moment: one statement, no job and no claim (ADR 18).
import type { Names } from '../log/names.ts'
import { startMeta } from '../log/start-meta.ts'
import type { Execute } from '../log/transaction.ts'
import { type GivenExecution, toGiven } from './given.ts'
import { COLUMNS, columnsOf, GIVEN, type NewExecution, ROW, valuesOf } from './new-execution.ts'
import { ALIVE_MS, type Place } from './takers.ts'

/** An execution and where it goes. */
export interface Gift {
  readonly execution: NewExecution
  readonly place: Place | undefined
}

export interface Gifts {
  readonly made: ReadonlySet<string>
  /** Those whose worker is gone, or that have none. */
  readonly left: readonly NewExecution[]
  /** When those that were made began, ms of the database's clock. */
  readonly at: number
}

/**
 * How a worker learns of them: it is `told` what they are, or their ids alone, so that it reads them `later`; `by hand` those of this
 * process are not told, and the caller, for whom this is a transaction of its own, gives them theirs after the commit.
 */
export type Telling = 'told' | 'later' | 'by hand'

interface PlacedGift extends Gift {
  readonly place: Place
}

/** A NOTIFY takes less than 8,000 bytes. */
const TOLD_BYTES = 7_800

/** The time of the statement, as its events have it and as a worker reads it. */
const AT = 'floor(extract(epoch from now()) * 1000)'

/** A worker that others may still give something. */
const ALIVE = `not fenced and accepts and heartbeat_at > clock_timestamp() - interval '${ALIVE_MS} ms'`

/**
 * Creates those whose ids do not exist and whose worker is alive. Not for a transaction that may last: a takeover waits for it.
 *
 * `locked` keeps the workers from being fenced until the commit: so whatever they own is given back by who fences them. It is
 * the lock of a foreign key, which heartbeats and flushes do not meet.
 *
 * @throws `by hand` the server's error of a duplicate, if somebody creates one of them at the same moment: to be tried again.
 */
export async function giveExecutions(execute: Execute, names: Names, gifts: readonly Gift[], telling: Telling): Promise<Gifts> {
  const placed = gifts.filter((gift): gift is PlacedGift => gift.place !== undefined)
  const [only] = placed
  if (!only) return { made: new Set(), left: gifts.map(({ execution }) => execution), at: 0 }
  const [text, values] = placed.length === 1 ? giveOne(names, only, telling) : giveMany(names, placed, telling)
  const { rows } = await execute(text, values)
  const [{ live, made, at }] = rows as [{ live: readonly number[]; made: readonly string[]; at: number }]
  const alive = new Set(live)
  return { made: new Set(made), left: gifts.filter(({ place }) => !place || !alive.has(place.taker.worker)).map(({ execution }) => execution), at }
}

/** The execution as its worker begins it. */
export function givenTo({ code }: Place, { id, workflow, version, priority, input, start }: NewExecution, at: number): GivenExecution {
  return { id, workflow, version, code, priority, input, meta: startMeta(start), at }
}

/** On an idle system: no arrays to parse, and half of the plan. */
function giveOne({ schema }: Names, { execution, place }: PlacedGift, telling: Telling): [string, unknown[]] {
  const values = [...valuesOf(execution), place.taker.worker, place.code]
  if (telling === 'by hand' && place.local) return [giveOneText(schema, 'by hand', false), values]
  return [giveOneText(schema, telling, true), [...values, place.taker.channel, textOf(execution, place, telling)]]
}

/** Built once each: that the text is the one which was prepared is seen at a glance then. */
const built = new Map<string, string>()

function giveOneText(schema: string, telling: Telling, told: boolean): string {
  const key = `${schema} ${telling} ${told}`
  const known = built.get(key)
  if (known !== undefined) return known
  const of = Object.fromEntries(COLUMNS.map(([name, type], i) => [name, `$${i + 1}::${type}`])) as Record<string, string>
  const [worker, code] = ['$12::int', '$13::text']
  const notified = told ? `(select pg_notify($14, '[' || ${AT} || ',' || $15 || ']') from made)::text` : 'null'
  const text = `with locked as materialized (select id from ${schema}.workers where id = ${worker} and ${ALIVE} for key share),
    made as (
      insert into ${schema}.executions (${ROW}, owner, status, started_at, code)
      select ${ROW.split(', ').map((name) => of[name]).join(', ')}, ${worker}, 'running', now(), ${code} from locked
      ${unlessThere(schema, '$1', telling)} returning id
    ), logged as (
      insert into ${schema}.events (execution_id, seq, type, payload, meta) select id, 1, 'ExecutionStarted', ${of['input']}, ${of['meta']} from made
    ) select array(select id from locked) as live, array(select id from made) as made, ${AT}::float8 as at, ${notified} as told`
  built.set(key, text)
  return text
}

function giveMany({ schema }: Names, gifts: readonly PlacedGift[], telling: Telling): [string, unknown[]] {
  const { parts, texts } = tell(gifts, telling)
  return [
    `with given as materialized (
      select * from ${GIVEN}, $12::int[], $13::text[], $14::text[], $15::int[], $16::text[])
        g (${COLUMNS.map(([name]) => name).join(', ')}, worker, code, channel, part, text)
    ), locked as materialized (
      select id from ${schema}.workers where id = any($17) and ${ALIVE} order by id for key share
    ), made as (
      insert into ${schema}.executions (${ROW}, owner, status, started_at, code)
      select g.${ROW}, worker, 'running', now(), code
      from given g join locked l on l.id = g.worker ${unlessThere(schema, 'g.id', telling)} returning id
    ), logged as (
      insert into ${schema}.events (execution_id, seq, type, payload, meta)
      select id, 1, 'ExecutionStarted', input, meta from given join made using (id)
    ), told as (
      select pg_notify(min(channel), '[' || ${AT} || ',' || string_agg(text, ',') || ']')
      from given join made using (id) where part is not null group by part
    ) select array(select id from locked) as live, array(select id from made) as made, ${AT}::float8 as at, (select count(*) from told) as told`,
    [
      ...columnsOf(gifts.map(({ execution }) => execution)),
      gifts.map(({ place }) => place.taker.worker), gifts.map(({ place }) => place.code), gifts.map(({ place }) => place.taker.channel),
      parts, texts, [...new Set(gifts.map(({ place }) => place.taker.worker))],
    ],
  ]
}

/** To insert with a conflict in view is logged twice, so who can try again does not. In the order of ids, for all who do it at once. */
function unlessThere(schema: string, id: string, telling: Telling): string {
  const order = id === '$1' ? '' : 'order by g.id'
  if (telling !== 'by hand') return `${order} on conflict (id) do nothing`
  return `where not exists (select from ${schema}.executions x where x.id = ${id}) ${order}`
}

function textOf(execution: NewExecution, place: Place, telling: Telling): string {
  const whole = telling === 'later' ? undefined : toGiven(givenTo(place, execution, 0))
  return whole === undefined || Buffer.byteLength(whole) > TOLD_BYTES ? JSON.stringify(execution.id) : whole
}

/** Which of them are told in which notification, and in which words; null where they are not. */
function tell(gifts: readonly PlacedGift[], telling: Telling): { readonly parts: readonly (number | null)[]; readonly texts: readonly (string | null)[] } {
  const open = new Map<number, { part: number; left: number }>()
  const parts: (number | null)[] = []
  const texts: (string | null)[] = []
  let last = 0
  for (const { execution, place } of gifts) {
    if (telling === 'by hand' && place.local) {
      parts.push(null)
      texts.push(null)
      continue
    }
    const text = textOf(execution, place, telling)
    const bytes = Buffer.byteLength(text) + 1
    let message = open.get(place.taker.worker)
    if (!message || message.left < bytes) {
      message = { part: last++, left: TOLD_BYTES }
      open.set(place.taker.worker, message)
    }
    message.left -= bytes
    parts.push(message.part)
    texts.push(text)
  }
  return { parts, texts }
}
