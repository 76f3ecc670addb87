import type { Cancelled } from '@baton/sdk'
import type { ChildCommand, MessageCommand, StepCommand } from './command.ts'
import type { Failure } from '../payload/failure.ts'
import type { Undo } from './history-event.ts'
import type { FailureCounts } from './retry.ts'
import type { Region } from './region.ts'

/** How a promise that the program holds is settled. */
export interface Settle {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Something the program asked for and has no outcome yet. */
export type Open = OpenStep | OpenTimer | OpenChild | OpenMessage | OpenToken | OpenIteration

interface Opened {
  readonly id: string
  readonly scope: Region
  readonly settle: Settle
  /** What the program was given; absent where it was given none. */
  readonly promise?: Promise<unknown>
}

export interface OpenStep extends Opened {
  readonly kind: 'step'
  command: StepCommand
  /** Failed attempts so far. */
  failures: FailureCounts
  /** The failure of the attempt before. */
  failure?: Failure
  /** Its scope was cancelled, and its outcome is still waited for. */
  cancelled?: Cancelled
}

export interface OpenTimer extends Opened {
  readonly kind: 'timer'
  /** When it is due, once that is known. */
  dueAt: number | undefined
  readonly ms: number
}

interface OpenChild extends Opened {
  readonly kind: 'child'
  readonly command: ChildCommand
  readonly started: Settle
  isStarted: boolean
  stopping: boolean
}

interface OpenMessage extends Opened {
  readonly kind: 'message'
  readonly command: MessageCommand
}

export interface OpenToken extends Opened {
  readonly kind: 'token'
  readonly issued: Settle
  token: string | undefined
}

/** An iteration of a forEach; `ended` once its body has, and until that stands in the log. */
export interface OpenIteration extends Opened {
  readonly kind: 'iteration'
  /** Where its body runs. */
  readonly lane: Region
  ended?: { readonly output: unknown } | { readonly error: unknown }
  undo?: readonly Undo[]
}

