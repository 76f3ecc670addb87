// Owns: what came from outside and has been taken: which message ids are known, which updates are under way, and the answers
// that wait to be sent.
import { type Encoded, encode } from '../payload/codec.ts'
import { type Failure, toFailure } from '../payload/failure.ts'
import type { HistoryEvent } from './history-event.ts'

/** The answer to an update; sent after the turn has been committed. */
export interface Answer {
  readonly id: string
  readonly outcome: UpdateOutcome
}

export type UpdateOutcome =
  | { readonly output: Encoded }
  | { readonly failure: Failure; /** Refused before anything was written. */ readonly rejected?: true | undefined }

/** How many message ids a new run is told of. */
const MAX_CARRIED = 1_000

export class Mailbox {
  // Most executions get no message, and many are in memory: what holds them is made for the first.
  #seen: Set<string> | undefined
  /** Updates that were accepted and have no outcome in the log. */
  #open: Set<string> | undefined
  #outcomes: Map<string, UpdateOutcome> | undefined
  #finished: { readonly id: string; readonly outcome: UpdateOutcome }[] | undefined
  #answers: Answer[] | undefined

  constructor(seen?: readonly string[]) {
    this.#seen = seen && new Set(seen)
  }

  /** Whether a message was taken before; an update that has its outcome is answered again. */
  knows(id: string): boolean {
    if (!this.#seen?.has(id)) return false
    const outcome = this.#outcomes?.get(id)
    if (outcome) this.#answer({ id, outcome })
    return true
  }

  took(id: string): void {
    this.#seen ??= new Set()
    this.#seen.add(id)
  }

  /** What the next run is told of. */
  carried(): readonly string[] {
    return [...(this.#seen ?? [])].slice(-MAX_CARRIED)
  }

  reject(id: string, error: unknown): void {
    this.#answer({ id, outcome: { failure: toFailure(error), rejected: true } })
  }

  accepted(id: string): void {
    this.took(id)
    this.#open ??= new Set()
    this.#open.add(id)
  }

  /** The handler of an update has returned or thrown. */
  finish(id: string, name: string, result: { readonly output: unknown } | { readonly error: unknown }, maxPayloadBytes?: number): void {
    if (!this.#open?.has(id)) return // the log had its outcome first
    ;(this.#finished ??= []).push({ id, outcome: outcomeOf(name, result, maxPayloadBytes) })
  }

  /** The log has the outcome of an update; false if the program has not come to it. */
  concluded(id: string, outcome: UpdateOutcome): boolean {
    const at = this.#finished?.findIndex((each) => each.id === id) ?? -1
    if (at < 0) return false
    this.#finished?.splice(at, 1)
    this.#conclude(id, outcome)
    return true
  }

  /** The events of updates that have finished, and their answers. */
  collect(): readonly HistoryEvent[] {
    if (this.#finished === undefined) return NOTHING
    const finished = this.#finished
    this.#finished = undefined
    return finished.map(({ id, outcome }): HistoryEvent => {
      this.#conclude(id, outcome)
      this.#answer({ id, outcome })
      return 'output' in outcome ? { type: 'UpdateCompleted', id, output: outcome.output } : { type: 'UpdateFailed', id, failure: outcome.failure }
    })
  }

  /** The execution has ended: what has no outcome gets none. */
  abandon(why: string): void {
    if (!this.#open) return
    for (const id of this.#open) this.#answer({ id, outcome: { failure: toFailure(new Error(why)) } })
    this.#open = undefined
  }

  takeAnswers(): readonly Answer[] {
    const answers = this.#answers ?? NONE
    this.#answers = undefined
    return answers
  }

  #answer(answer: Answer): void {
    (this.#answers ??= []).push(answer)
  }

  #conclude(id: string, outcome: UpdateOutcome): void {
    this.#open?.delete(id)
    this.#outcomes ??= new Map()
    this.#outcomes.set(id, outcome)
  }
}

const NONE: readonly Answer[] = []
const NOTHING: readonly HistoryEvent[] = []

function outcomeOf(name: string, result: { readonly output: unknown } | { readonly error: unknown }, maxPayloadBytes?: number): UpdateOutcome {
  if ('error' in result) return { failure: toFailure(result.error) }
  try {
    return { output: encode(`The result of update '${name}'`, result.output, maxPayloadBytes) }
  } catch (error) {
    return { failure: toFailure(error) }
  }
}
