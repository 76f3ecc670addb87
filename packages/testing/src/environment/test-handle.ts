import type { ExecutionDescription, HistoryRecord } from '@baton/runtime'
import { toRecord } from '@baton/runtime/core'
import type { Drive } from './drive.ts'
import type { Engine } from './engine.ts'
import type { RecordedExecution } from './recorded-execution.ts'

/** One execution of a test environment; asks what a client's handle asks, and gets answers of the same shape. */
export class TestHandle<O> {
  /** The execution's id. */
  readonly id: string
  readonly #execution: RecordedExecution
  readonly #engine: Engine
  readonly #drive: Drive

  /** @internal */
  constructor(execution: RecordedExecution, engine: Engine, drive: Drive) {
    this.id = execution.id
    this.#execution = execution
    this.#engine = engine
    this.#drive = drive
  }

  /**
   * What the workflow returned, once it has. Virtual time passes by itself meanwhile, unless it is moved by hand.
   *
   * @throws ExecutionFailed with the workflow's error as cause; AssertionError if the execution can never end; WrongContext
   * if the environment was closed before it did.
   */
  result(): Promise<O> {
    return this.#drive.resultOf(this.#execution) as Promise<O>
  }

  /** What it is and where it stands; lets run what can run at this time. */
  async describe(): Promise<ExecutionDescription> {
    await this.#engine.quiet()
    const { id, workflow, status, actor, createdAt, startedAt, endedAt } = this.#execution
    const { name, version, queue } = workflow.definition
    const wakesAt = actor?.localSteps === 0 ? actor.nextDue() : undefined
    return {
      id,
      workflow: name,
      version,
      queue,
      status,
      worker: undefined,
      createdAt: new Date(createdAt),
      startedAt: dateOf(startedAt),
      endedAt: dateOf(endedAt),
      wakesAt: dateOf(wakesAt),
      blocked: status === 'blocked' ? reasonOf(this.#execution.blocked) : undefined,
    }
  }

  /** Its log, from the first event, in virtual time; lets run what can run at this time. */
  async history(): Promise<readonly HistoryRecord[]> {
    await this.#engine.quiet()
    return this.#execution.events().map(({ seq, at, event }) => ({ seq, at, ...toRecord(event) }))
  }
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms)
}

function reasonOf(error: unknown): { readonly code: string; readonly reason: string } {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ReplayFailed'
  return { code, reason: error instanceof Error ? error.message : String(error) }
}
