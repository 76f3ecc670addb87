import type { StepDefinition } from '@baton/sdk/host'
import type { Encoded } from '../payload/codec.ts'

/** Something the program asked for and that is to be performed once the turn has been committed. */
export type Command = StepCommand | TimerCommand | ChildCommand | MessageCommand | AbortCommand

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
  /** When the program asked for it, ms of the database's clock. */
  readonly scheduledAt: number
  /** What the attempt before reported by heartbeats. */
  readonly details?: Encoded | undefined
}

interface TimerCommand {
  readonly kind: 'timer'
  readonly id: string
  /** Ms of the database's clock. */
  readonly dueAt: number
}

/** A child execution that has not been started yet. */
export interface ChildCommand {
  readonly kind: 'child'
  readonly id: string
  readonly execution: string
  readonly workflow: string
  readonly version: string | undefined
  readonly queue: string | undefined
  readonly input: Encoded
  readonly priority: number | undefined
  /** What becomes of it when this execution ends. */
  readonly policy: 'stop' | 'kill' | 'abandon'
}

/** A message to another execution; `id` is that of the command, so that sending it twice is once. */
export interface MessageCommand {
  readonly kind: 'message'
  readonly id: string
  readonly execution: string
  readonly message: { readonly kind: 'signal'; readonly name: string; readonly args: Encoded } | { readonly kind: 'stop'; readonly reason: string }
}

/** Something of an earlier turn is not wanted any more. */
export interface AbortCommand {
  readonly kind: 'abort'
  readonly id: string
  readonly what: 'step' | 'timer' | 'child'
  /** Of a step: whether its outcome is still waited for. Of a child: its execution. */
  readonly waits: boolean
  readonly execution?: string | undefined
}
