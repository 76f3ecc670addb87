import type { LogFields, LogLevel } from '@baton/sdk'
import type { Owner, Region } from '../core/region.ts'
import type { Setting } from '../core/setting.ts'
import { mintToken } from '../dispatch/token.ts'
import { currentScope, inScope, outside } from './ambient.ts'
import { codeLogger } from './code-logger.ts'
import type { Log } from './log.ts'
import type { Registered } from './registry.ts'

/** The surroundings of an execution in a process: its scope travels with the async context. */
export class ActorSetting implements Setting {
  readonly id: string
  readonly #registered: Registered
  readonly #log: Log

  constructor(id: string, registered: Registered, log: Log = () => {}) {
    this.id = id
    this.#registered = registered
    this.#log = log
  }

  get workflow(): string {
    return this.#registered.definition.name
  }

  get version(): string {
    return this.#registered.definition.version
  }

  get timeoutMs(): number | undefined {
    return this.#registered.definition.timeoutMs
  }

  get runTimeoutMs(): number | undefined {
    return this.#registered.definition.runTimeoutMs
  }

  get maxPayloadBytes(): number | undefined {
    return this.#registered.maxPayloadBytes
  }

  get steps(): Registered['places'] {
    return this.#registered.places
  }

  current(execution: Owner): Region | undefined {
    return currentScope(execution)
  }

  enter<R>(scope: Region, act: () => R): R {
    return inScope(scope, act, this.#registered.guarded)
  }

  mint(command: string): string {
    return mintToken(this.id, command)
  }

  /** What the worker's logger does is none of the workflow's. */
  log(level: LogLevel, message: string, fields: LogFields): void {
    outside(() => codeLogger(this.#log, { executionId: this.id, workflow: this.workflow })[level](message, fields))
  }
}
