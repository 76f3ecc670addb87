import type { WorkflowEntry } from '@baton/runtime'
import {
  decode, type EventRecord, type EventRow, fromFailure, fromRow, type HistoryEvent, type Input, installGuard, macrotask, type Registered, toRecord,
  type TurnDraft,
} from '@baton/runtime/core'
import type { WorkflowClass } from '@baton/sdk'
import { type HistorySource, readHistory } from '../histories/exported-history.ts'
import { runsOf } from '../histories/replay.ts'
import { started } from './past.ts'
import { registeredOf } from './registered-of.ts'
import { revive } from './revive.ts'
import { toWanted, type Wanted } from './wanted.ts'

/** What follows from the inputs. */
export interface Turn {
  /** What is written. */
  readonly events: readonly EventRecord[]
  /** What is then to be done. */
  readonly commands: readonly Wanted[]
  /** What updates are answered, in the order of the answers. */
  readonly answers: readonly UpdateAnswer[]
}

/** The answer to an update; `rejected` where nothing of it was written. */
export type UpdateAnswer =
  | { readonly id: string; readonly output: unknown }
  | { readonly id: string; readonly error: Error; readonly rejected: boolean }

/** An execution with a history. */
export interface Given {
  /**
   * What the core makes of these inputs, one after the other; without inputs, what the execution waits for. Messages get ids by
   * their places: `message-1`.
   *
   * @throws HistoryMismatch if the history is not that of the class.
   */
  when(...inputs: readonly Input[]): Promise<Turn>
}

/** Options of `given`. */
export interface GivenOptions {
  /** What time the inputs come; default 2026-01-01T00:00:00Z. */
  readonly now?: Date
}

/**
 * The pure core alone: this history, that input, so these events and commands. No step runs and no time passes; each `when`
 * begins from the history anew.
 *
 * @throws DefinitionError, RegistrationFailed.
 * @example
 * const order = given(OrderWorkflow, [started({ id: 'o1' })])
 * expect(await order.when(completes('charge', 'r1'))).toMatchObject({ commands: [{ command: 'pack', args: ['r1'] }] })
 */
export function given(
  workflow: WorkflowClass | WorkflowEntry,
  history: readonly HistoryEvent[] | HistorySource = [started()],
  { now = new Date(Date.UTC(2026, 0, 1)) }: GivenOptions = {},
): Given {
  const registered = registeredOf(workflow)
  const { events, id } = typeof history === 'string' || !isEvents(history) ? readHistory(history) : { events: history, id: undefined }
  const run = runsOf(events).at(-1) ?? []
  return { when: (...inputs) => turn(registered, run, id, inputs.map(withId), now.getTime()) }
}

function isEvents(history: readonly HistoryEvent[] | HistorySource): history is readonly HistoryEvent[] {
  return Array.isArray(history)
}

function withId(input: Input, i: number): Input {
  return 'id' in input && input.id === '' ? { ...input, id: `message-${i + 1}` } : input
}

async function turn(
  workflow: Registered, history: readonly HistoryEvent[], id: string | undefined, inputs: readonly Input[], now: number,
): Promise<Turn> {
  using _guard = installGuard()
  const actor = await revive(workflow, history, id)
  actor.afterDrain(now)
  if (inputs.length > 0) {
    actor.takeTurn() // what it asked for before them
    for (const input of inputs) actor.offer({ input })
    do {
      actor.advance(now)
      await macrotask()
    } while (actor.afterDrain(now))
  }
  const { events, commands, answers } = actor.takeTurn()
  return { events: events.map(ofRow), commands: commands.map(toWanted), answers: answers.map(toAnswer) }
}

function ofRow({ type, command, payload, meta }: EventRow): EventRecord {
  return toRecord(fromRow({ type, command, payload, meta }))
}

function toAnswer({ id, outcome }: TurnDraft['answers'][number]): UpdateAnswer {
  if ('output' in outcome) return { id, output: decode(outcome.output) }
  return { id, error: fromFailure(outcome.failure), rejected: outcome.rejected === true }
}
