import type { HistoryRecord, WorkflowEntry } from '@baton/runtime'
import {
  type Command, type EventRecord, type EventRow, fromRow, type HistoryEvent, type Input, installGuard, macrotask, type Registered, toRecord,
} from '@baton/runtime/core'
import type { WorkflowClass } from '@baton/sdk'
import { toEvent } from '../histories/record.ts'
import { argsOf } from '../mocks/calls.ts'
import { started } from './past.ts'
import { registeredOf } from './registered-of.ts'
import { revive } from './revive.ts'

/** What an execution asks for. */
export type Wanted =
  | {
      readonly kind: 'step'
      /** `pack`, then `pack#2`. */
      readonly command: string
      readonly args: readonly unknown[]
      readonly attempt: number
      /** When a retry is due; undefined for at once. */
      readonly notBefore: Date | undefined
    }
  | { readonly kind: 'timer'; readonly command: string; readonly dueAt: Date }
  | { readonly kind: 'child' | 'message' | 'abort'; readonly command: string }

/** What follows from the inputs. */
export interface Turn {
  /** What is written. */
  readonly events: readonly EventRecord[]
  /** What is then to be done. */
  readonly commands: readonly Wanted[]
}

/** An execution with a history. */
export interface Given {
  /**
   * What the core makes of these inputs, one after the other; without inputs, what the execution waits for.
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
  history: readonly (HistoryEvent | HistoryRecord)[] = [started()],
  { now = new Date(Date.UTC(2026, 0, 1)) }: GivenOptions = {},
): Given {
  const registered = registeredOf(workflow)
  const events = history.map((event) => ('data' in event ? { ...toEvent(event), at: event.at.getTime() } : event))
  return { when: (...inputs) => turn(registered, events, inputs, now.getTime()) }
}

async function turn(workflow: Registered, history: readonly HistoryEvent[], inputs: readonly Input[], now: number): Promise<Turn> {
  using _guard = installGuard()
  const actor = await revive(workflow, history)
  actor.afterDrain(now)
  if (inputs.length > 0) {
    actor.takeTurn() // what it asked for before them
    for (const input of inputs) actor.offer({ input })
    do {
      actor.advance(now)
      await macrotask()
    } while (actor.afterDrain(now))
  }
  const { events, commands } = actor.takeTurn()
  return { events: events.map(ofRow), commands: commands.map(toWanted) }
}

function ofRow({ type, command, payload, meta }: EventRow): EventRecord {
  return toRecord(fromRow({ type, command, payload, meta }))
}

function toWanted(command: Command): Wanted {
  if (command.kind === 'timer') return { kind: 'timer', command: command.id, dueAt: new Date(command.dueAt) }
  if (command.kind !== 'step') return { kind: command.kind, command: command.id }
  return {
    kind: 'step',
    command: command.id,
    args: argsOf(command.args),
    attempt: command.attempt,
    notBefore: command.notBefore === 0 ? undefined : new Date(command.notBefore),
  }
}
