import type { LogFields, LogLevel } from '@baton/sdk'
import type { Owner, Region } from './region.ts'

/** What surrounds an execution: who it is, and how it finds out which of its scopes the code on the stack is in. */
export interface Setting {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly timeoutMs: number | undefined
  readonly runTimeoutMs: number | undefined
  /** The steps of the class, with where they are written as far as that is known. */
  readonly steps?: ReadonlyMap<string, string | undefined> | undefined
  /** Runs code in a scope, which it and all it calls are in from then on. */
  enter<R>(scope: Region, act: () => R): R
  /** The scope of the code on the stack, if that is this execution's. */
  current(execution: Owner): Region | undefined
  /** The most bytes a payload may take; undefined for the codec's own bound. */
  readonly maxPayloadBytes?: number | undefined
  /** A text that cannot be guessed; asked for once a token, and kept in the log. */
  mint(command: string): string
  /** Takes the lines that workflow code logs. */
  log(level: LogLevel, message: string, fields: LogFields): void
}

/** For programs that know no scopes and no surroundings. */
export const bareSetting: Setting = {
  id: 'unnamed',
  workflow: 'unnamed',
  version: '1',
  timeoutMs: undefined,
  runTimeoutMs: undefined,
  enter: (_, act) => act(),
  current: () => undefined,
  mint: () => 'token',
  log: () => {},
}

