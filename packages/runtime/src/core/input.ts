import type { Encoded } from '../payload/codec.ts'
import type { Failure } from '../payload/failure.ts'

/** What the world tells an execution. */
export type Input = CommandInput | Message

/** How an attempt of a step ended. */
export type StepOutcome =
  | { readonly kind: 'completed'; readonly command: string; readonly attempt: number; readonly output: Encoded }
  | { readonly kind: 'failed'; readonly command: string; readonly attempt: number; readonly failure: Failure; readonly details?: Encoded | undefined }

/** About another command of the execution's. */
export type CommandInput =
  | StepOutcome
  | { readonly kind: 'timer'; readonly command: string }
  /** The time of a step is up, over all attempts. */
  | { readonly kind: 'deadline'; readonly command: string }
  | { readonly kind: 'child-started'; readonly command: string; readonly execution: string }
  | { readonly kind: 'child-refused'; readonly command: string; readonly failure: Failure }
  | { readonly kind: 'child-completed'; readonly command: string; readonly output: Encoded }
  | { readonly kind: 'child-failed'; readonly command: string; readonly failure: Failure }
  | { readonly kind: 'delivered'; readonly command: string }
  | { readonly kind: 'undelivered'; readonly command: string; readonly failure: Failure }
  | { readonly kind: 'token'; readonly command: string; readonly token: string; readonly output: Encoded }
  | { readonly kind: 'token-failed'; readonly command: string; readonly token: string; readonly failure: Failure }

/** To the execution itself. */
type Message =
  | { readonly kind: 'signal'; readonly id: string; readonly name: string; readonly args: Encoded }
  | { readonly kind: 'update'; readonly id: string; readonly name: string; readonly args: Encoded }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'kill'; readonly reason: string }
  | { readonly kind: 'expired'; readonly which: 'execution' | 'run' }
