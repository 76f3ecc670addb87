// Owns: what becomes of the ticks of a workflow's triggers. Whoever holds the rows decides all ticks up to now, starts what they
// are to start and says so, in one commit (G1); the others pass by.
import type { Trigger } from '@baton/sdk'
import { lastTick, nextTick, type WorkflowDefinition } from '@baton/sdk/host'
import { z } from 'zod'
import { createExecutions } from '../dispatch/create-executions.ts'
import type { NewExecution } from '../dispatch/new-execution.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import type { Names } from '../log/names.ts'
import { newestRegistered } from '../log/newest-registered.ts'
import { type Execute, transaction } from '../log/transaction.ts'
import { tickStart } from './tick-start.ts'

export interface SettleOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly faults: Faults
  readonly definition: WorkflowDefinition
  /** Since when this code is here, ms of the database's clock: for a trigger that is new or that has changed, earlier ticks are none. */
  readonly since: number
}

/** A tick that came, and what came of it. */
export interface Tick {
  readonly trigger: string
  readonly at: number
  /** The execution that it started; undefined if it could not, for the reason in `error`. */
  readonly execution: string | undefined
  readonly error: Error | undefined
}

const Row = z.object({ name: z.string(), expression: z.string(), timezone: z.string(), decided: z.number(), now: z.number() })
type Row = z.infer<typeof Row>

/**
 * Starts what is due, and writes the triggers down as this code has them; does nothing where a newer version is served. Of ticks
 * that came while no worker was there, the last one counts.
 */
export async function settleSchedules({ database, dispatcher, names, faults, definition, since }: SettleOptions): Promise<readonly Tick[]> {
  const { name, version, queue, triggers } = definition
  await dispatcher.ensureQueue(queue)
  await faults('schedule:before')
  const ticks = await transaction(database.pool, async (execute) => {
    const newest = await newestRegistered(execute, names, [name])
    if (newest.get(name)?.version !== version) return []
    await register(execute, names, definition, since)
    const rows = await lock(execute, names, name)
    const settled: Tick[] = []
    const starts: NewExecution[] = []
    for (const trigger of triggers) {
      const row = rows.get(trigger.name)
      if (!row) continue // another worker is about it
      const { tick, start } = due(definition, trigger, row, since, database.border.maxBytes)
      if (tick) settled.push(tick)
      if (start) starts.push(start)
      await write(execute, names, definition, { trigger, now: row.now, tick })
    }
    if (starts.length > 0) await createExecutions(execute, dispatcher, names, await database.border.sealRows(starts, 'input'))
    return settled
  })
  await faults('schedule:after')
  return ticks
}

/** The rows are the triggers of this code. */
async function register(execute: Execute, { schema }: Names, { name, version, triggers }: WorkflowDefinition, since: number): Promise<void> {
  await execute(`delete from ${schema}.schedules where workflow = $1 and name <> all($2::text[])`, [name, triggers.map((trigger) => trigger.name)])
  await execute(
    `insert into ${schema}.schedules (workflow, name, version, expression, timezone, decided_until)
      select $1, name, $2, expression, timezone, to_timestamp($3::float8 / 1000)
      from unnest($4::text[], $5::text[], $6::text[]) t (name, expression, timezone) on conflict do nothing`,
    [name, version, since, triggers.map((trigger) => trigger.name), triggers.map(({ expression }) => expression), triggers.map(({ timezone }) => timezone)],
  )
}

async function lock(execute: Execute, { schema }: Names, workflow: string): Promise<ReadonlyMap<string, Row>> {
  const { rows } = await execute(
    `select name, expression, timezone, (extract(epoch from decided_until) * 1000)::float8 as decided,
        (extract(epoch from clock_timestamp()) * 1000)::float8 as now
      from ${schema}.schedules where workflow = $1 order by name for update skip locked`,
    [workflow],
  )
  return new Map(z.array(Row).parse(rows).map((row) => [row.name, row]))
}

function due(
  definition: WorkflowDefinition, trigger: Trigger, { expression, timezone, decided, now }: Row, since: number, maxPayloadBytes: number | undefined,
): { readonly tick?: Tick; readonly start?: NewExecution } {
  const changed = expression !== trigger.expression || timezone !== trigger.timezone
  const at = lastTick(trigger, now)
  if (at === undefined || at <= (changed ? Math.max(decided, since) : decided)) return {}
  const tick = { trigger: trigger.name, at }
  try {
    const start = tickStart(definition, trigger, at, maxPayloadBytes)
    return { start, tick: { ...tick, execution: start.id, error: undefined } }
  } catch (error) {
    // Another attempt would come to the same; the row tells.
    return { tick: { ...tick, execution: undefined, error: error instanceof Error ? error : new Error(String(error)) } }
  }
}

interface Settled {
  readonly trigger: Trigger
  readonly now: number
  readonly tick: Tick | undefined
}

async function write(execute: Execute, { schema }: Names, { name, version }: WorkflowDefinition, { trigger, now, tick }: Settled): Promise<void> {
  await execute(
    `update ${schema}.schedules set version = $3, expression = $4, timezone = $5,
        decided_until = greatest(decided_until, to_timestamp($6::float8 / 1000)), next_at = to_timestamp($7::float8 / 1000),
        last_at = coalesce(to_timestamp($8::float8 / 1000), last_at),
        last_execution = case when $8::float8 is null then last_execution else $9 end,
        last_error = case when $8::float8 is null then last_error else $10 end
      where workflow = $1 and name = $2`,
    [
      name, trigger.name, version, trigger.expression, trigger.timezone, now, nextTick(trigger, now) ?? null,
      tick?.at ?? null, tick?.execution ?? null, tick?.error?.message ?? null,
    ],
  )
}
