import type { StepDefinition } from '@baton/sdk/host'
import type { Encoded } from '../payload/codec.ts'
import type { Completion } from './completion.ts'
import type { Conditions } from './conditions.ts'
import type { OpenCommands } from './open-commands.ts'
import type { ReadOnly } from './read-only.ts'
import type { Owner } from './region.ts'
import type { RunIdentity } from './run-identity.ts'
import type { Setting } from './setting.ts'

/**
 * What an execution is to its own parts. They hold it, and no closures over it: many executions are in memory, asleep, and each
 * object of theirs is carried along by the garbage collector.
 */
export interface Inside extends Owner {
  readonly setting: Setting
  readonly commands: OpenCommands
  readonly conditions: Conditions
  readonly readOnly: ReadOnly
  readonly run: RunIdentity
  readonly completion: Completion | undefined
  /** Whether all events of the log have been delivered. */
  readonly isLive: boolean
  /** Events of the main log so far. */
  readonly historyLength: number
  /** @throws InvalidPayload. */
  encode(what: string, value: unknown): Encoded
  /** Runs code that may look and not touch. */
  look<R>(act: () => R): R
  /** Whether the log has the end of an iteration: its body is not run. */
  hasEnded(iteration: string): boolean
  stepNamed(name: string): StepDefinition | undefined
  mismatch(expected: string): Error
}
