// What Baton's tables say, and a history out of them.
import { ActorSetting, type EventRow, fromRow, installGuard, macrotask, register, replay } from '@baton/runtime/core'
import type pg from 'pg'
import type { Ledger, Replayable } from '../engine.ts'
import { workflowsWith } from './programs.ts'

export async function ledger(admin: pg.Client): Promise<Ledger> {
  const { rows } = await admin.query<Ledger>(`
    select count(*)::int as rows,
      (count(*) filter (where type = 'StepCompleted'))::int as steps,
      (count(distinct (execution_id, command)) filter (where type = 'StepCompleted'))::int as "distinctSteps",
      (count(*) filter (where type = 'ExecutionCompleted'))::int as completed
    from baton.events`)
  const [ledger] = rows
  if (!ledger) throw new Error('baton.events did not answer.')
  return ledger
}

export async function dueTimes(admin: pg.Client): Promise<ReadonlyMap<string, number>> {
  const { rows } = await admin.query<{ tag: string; due: number }>(`
    select started.payload ->> 'tag' as tag, (timer.payload ->> 'dueAt')::float8 as due
    from baton.events timer join baton.events started on started.execution_id = timer.execution_id and started.type = 'ExecutionStarted'
    where timer.type = 'TimerStarted'`)
  return new Map(rows.map(({ tag, due }) => [tag, due]))
}

export async function parked(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query<{ n: number }>(`select count(*)::int as n from baton.executions where status = 'running' and owner is null`)
  return rows[0]?.n ?? 0
}

/** The log of a `chain` for the core alone, as far as a worker would have it: one that has ended is not replayed. */
export async function history(admin: pg.Client, tag: string): Promise<Replayable> {
  const { rows } = await admin.query<EventRow & { readonly id: string }>(
    `select execution_id as id, type, command, payload::text, meta::text from baton.events
      where type <> 'ExecutionCompleted'
        and execution_id = (select execution_id from baton.events where type = 'ExecutionStarted' and payload ->> 'tag' = $1)
      order by seq`,
    [tag],
  )
  const registered = register(workflowsWith(() => {}), undefined).get('chain')
  if (!registered || !rows[0]) throw new Error(`There is no history of '${tag}'.`)
  const setting = new ActorSetting(rows[0].id, registered)
  const events = rows.map(fromRow)
  return {
    events: events.length,
    replay: async () => {
      using _guard = installGuard()
      await replay(registered.program, events, macrotask, setting)
    },
  }
}

export function isLiveness(statement: string): boolean {
  return /set heartbeat_at|pg_try_advisory/.test(statement)
}
