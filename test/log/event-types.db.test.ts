// The database knows the types of events by an enum: a new one needs a migration.
import pg from 'pg'
import { expect, test } from 'vitest'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import { createDatabase } from '../support/database.ts'

/** By what the compiler knows: without a type it does not compile. */
const types: Readonly<Record<HistoryEvent['type'], true>> = {
  ExecutionStarted: true, ContinuedAsNew: true, StopRequested: true, TimedOut: true, AttributesSet: true, Patched: true,
  ExecutionCompleted: true, ExecutionFailed: true, ExecutionStopped: true, ExecutionTimedOut: true, ExecutionKilled: true,
  StepCompleted: true, StepRetrying: true, StepFailed: true, TimerStarted: true, TimerFired: true,
  SignalReceived: true, UpdateAccepted: true, UpdateCompleted: true, UpdateFailed: true, MessageDelivered: true, MessageFailed: true,
  ChildStarted: true, ChildStartFailed: true, ChildCompleted: true, ChildFailed: true, TokenIssued: true, TokenCompleted: true, TokenFailed: true,
  IterationCompleted: true, IterationFailed: true,
}

test('the enum of the database has all types of events', async () => {
  await using database = await createDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query<{ type: string }>('select unnest(enum_range(null::baton.event_type))::text as type')
  expect(rows.map(({ type }) => type).sort()).toEqual(Object.keys(types).sort())
  await client.end()
})
