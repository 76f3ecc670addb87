// What holds of any program, whatever the world does and wherever workers die. Each law throws where it does not.
import assert from 'node:assert/strict'
import { type EventRow, fromRow, toRow } from '../../../packages/runtime/src/core/event-row.ts'
import { type LogRow, toEvent } from '../../../packages/testing/src/environment/recorded-log.ts'
import { crashingRun } from './crashing-run.ts'
import type { Machine } from './machine.ts'
import { type Case, openLanes, run, standOf, stillWanted } from './run.ts'
import { same } from './same.ts'

type Law = (given: Case) => Promise<void>

/** G7, X1, X4, X5, and the clock. */
const replaysAlike: Law = async (given) => {
  await run(given, expectAlike)
}

/** G2: whatever dies, the log is the one of a world without faults, but for work that is asked for again. */
const survivesAnyCrash: Law = async (given) => {
  const plain = await run(given)
  const crashed = await crashingRun(given, plain)
  if (crashed.actor) await expectAlike(crashed)
  same(rowsOf(crashed), rowsOf(plain.machine), 'the log with crashes')
  same(crashed.ended, plain.machine.ended, 'whether it has ended')
  same(publishedBy(crashed), publishedBy(plain.machine), 'what was published')
}

/** X2, X3, and that time does not go back. */
const hasAWellFormedLog: Law = async (given) => {
  const { machine } = await run(given)
  expectWellFormed(machine)
}

/** A log is read as it was written. */
const isReadAsWritten: Law = async (given) => {
  const { machine } = await run(given)
  for (const row of machine.log.whole()) {
    const event = toEvent(row)
    same(unpacked(toRow(fromRow(row))), unpacked(row), 'the row')
    same(toEvent({ ...toRow(event), at: row.at, lane: row.lane }), event, 'the event')
  }
}

export const laws: Readonly<Record<string, Law>> = {
  'asks, observes and waits after a replay as it did live': replaysAlike,
  'comes to the same log wherever its workers die': survivesAnyCrash,
  'records each outcome once, and nothing after its end': hasAWellFormedLog,
  'has a log that is read as it was written': isReadAsWritten,
}

/** A new owner finds what the old one had. */
async function expectAlike(machine: Machine): Promise<void> {
  const { actor } = machine
  if (!actor) return
  const { execution } = actor
  const { actor: other, seen } = await machine.look()
  const { events, commands } = other.execution.collect(machine.now)
  same(events, [], 'events that a new owner adds')
  const open = openLanes(machine.log.run(), execution)
  const known = ({ lane }: { readonly lane: string | undefined }): boolean => lane === undefined || open.has(lane)
  const live = standOf(execution, machine.seen.filter(known), stillWanted(machine, execution))
  same(standOf(other.execution, seen.filter(known), commands), live, 'what a new owner finds')
  same(other.seq, actor.seq, 'the place in the log')
}

const CLOSING = new Set([
  'StepCompleted', 'StepFailed', 'TimerFired', 'ChildCompleted', 'ChildFailed', 'ChildStartFailed', 'TokenCompleted', 'TokenFailed',
  'MessageDelivered', 'MessageFailed', 'IterationCompleted', 'IterationFailed', 'UpdateCompleted', 'UpdateFailed',
])
const ENDS = new Set(['ExecutionCompleted', 'ExecutionFailed', 'ExecutionStopped', 'ExecutionTimedOut', 'ExecutionKilled'])

function expectWellFormed({ drafts, ended, log }: Machine): void {
  const events = drafts.flatMap((draft) => draft.events)
  const closed = new Set<string>()
  const messages = new Set<string>()
  const lasts = new Map<string, number>()
  for (const [i, { execution, seq, type, command, meta }] of events.entries()) {
    same(seq, (lasts.get(execution) ?? (execution.includes('\u001f') ? 0 : 1)) + 1, `the number of ${type}`)
    lasts.set(execution, seq)
    same(ENDS.has(type), ended && i === events.length - 1, `whether ${type} at ${i} of ${events.length} is the end`)
    if (type === 'SignalReceived' || type === 'UpdateAccepted') {
      const id = type === 'UpdateAccepted' ? command : (JSON.parse(meta ?? '{}') as { id: string }).id
      assert(!messages.has(id ?? ''), `message ${id} was taken twice`)
      messages.add(id ?? '')
    }
    if (command === null || type === 'SignalReceived' || type === 'UpdateAccepted') continue
    assert(!closed.has(command), `${type} of '${command}', which is closed`)
    if (CLOSING.has(type)) closed.add(command)
  }
  same(log.main().map(({ seq }) => seq), log.main().map((_, i) => i + 1), 'the main log')
}

function rowsOf({ log, drafts }: Machine): unknown {
  return { main: log.main().map(readable), all: drafts.flatMap(({ events }) => events).map((event) => ({ ...event, payload: withoutStacks(event.payload) })) }
}

function readable({ seq, at, type, command, payload, meta }: LogRow): unknown {
  return { seq, at, type, command, payload: withoutStacks(payload), meta }
}

function unpacked({ type, command, payload, meta }: EventRow): unknown {
  return { type, command, payload: withoutStacks(payload), meta: JSON.parse(meta ?? 'null') as unknown }
}

/** Frames of stacks name the lines of the test, and differ by the way there. */
function withoutStacks(payload: string | null): string | null {
  return payload?.replaceAll(/\\n {4}at [^"]*/g, '') ?? null
}

/** What was published, once each: an item that is written is not written again. */
function publishedBy({ drafts }: Machine): unknown {
  const items = new Map<string, unknown>()
  for (const { items: all } of drafts) for (const { stream, command, key, payload } of all) items.set(`${stream} ${command} ${key}`, payload)
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1))
}
