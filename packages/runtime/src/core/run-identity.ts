// Owns: which run of which execution it is, and what follows from that alone.
import type { ExecutionInfo } from '@baton/sdk'
import { encode } from '../payload/codec.ts'
import type { Completion } from './completion.ts'
import { Prng } from './prng.ts'
import type { Region } from './region.ts'
import type { Setting } from './setting.ts'
import type { StartInfo } from './start-info.ts'

/** When an execution, or a run of it, is to be over. */
export interface Deadline {
  readonly which: 'execution' | 'run'
  readonly dueAt: number
}

export class RunIdentity {
  readonly #setting: Setting
  readonly #start: StartInfo
  readonly #startedAt: number

  constructor(setting: Setting, start: StartInfo, startedAt: number) {
    this.#setting = setting
    this.#start = start
    this.#startedAt = startedAt
  }

  /** Counts from 1. */
  get number(): number {
    return this.#start.run ?? 1
  }

  /**
   * What the identities of its commands begin with: keys, tasks, children, messages and the logs of iterations are known by them, and
   * what an earlier run has left must not be taken for what a later one asked for.
   */
  get path(): string {
    return this.number === 1 ? '' : `${this.number}/`
  }

  get parent(): StartInfo['parent'] {
    return this.#start.parent
  }

  info(historyLength: number): ExecutionInfo {
    const { id, workflow, version } = this.#setting
    const { run = 1, parent } = this.#start
    return { executionId: id, workflow, version, startedAt: new Date(this.#startedAt), run, parent: parent?.execution, historyLength }
  }

  deadlines(): readonly Deadline[] {
    const { timeoutMs, runTimeoutMs } = this.#setting
    const deadlines: Deadline[] = []
    if (timeoutMs !== undefined) deadlines.push({ which: 'execution', dueAt: (this.#start.since ?? this.#startedAt) + timeoutMs })
    if (runTimeoutMs !== undefined) deadlines.push({ which: 'run', dueAt: this.#startedAt + runTimeoutMs })
    return deadlines
  }

  /** Randomness from the seed in the log; a lane has its own. */
  seeded(lane: string | undefined): Prng {
    const { seed = this.#setting.id, run = 1 } = this.#start
    return new Prng(lane === undefined ? `${seed}/${run}` : `${seed}/${run}/${lane}`)
  }

  /** The id of a child that was given none. */
  childId(command: string, scope: Region): string {
    const id = `${this.#setting.id}/${command}`
    return id.length <= 200 ? id : scope.uuid()
  }

  /** The next run begins with this input; `seen` are the messages it is told of. */
  next(input: unknown, seen: readonly string[]): Completion {
    const { run = 1, since = this.#startedAt, ...start } = this.#start
    try {
      const encoded = encode('The input of continueAsNew()', input, this.#setting.maxPayloadBytes)
      return { input: encoded, start: { ...start, run: run + 1, since, seen: [...seen] } }
    } catch (error) {
      return { error }
    }
  }
}
