import type { StepDefinition } from '@baton/sdk/host'
import type { Encoded } from '../payload/codec.ts'

/** Something the program asked for and has no outcome yet. */
export type Command = StepCommand | TimerCommand

export interface StepCommand {
  readonly kind: 'step'
  /** Scope path, name and occurrence: `charge`, then `charge#2`; the command's identity in the log. */
  readonly id: string
  readonly step: StepDefinition
  readonly args: Encoded
  /** The attempt that is due, counted from 1. */
  readonly attempt: number
  /** Not to be started before, ms of the database's clock; 0 for at once. */
  readonly notBefore: number
}

interface TimerCommand {
  readonly kind: 'timer'
  readonly id: string
  /** Ms of the database's clock. */
  readonly dueAt: number
}
