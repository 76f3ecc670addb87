// Owns: what one attempt of a step publishes. It lets the attempt end only after all of it has been written, and writes
// nothing for an attempt that is over: its signal has fired, and another may be at work in its place.
import { DefinitionError, InvalidStreamName, type ProgressReport, type PublishOptions, type StepProgress } from '@baton/sdk'
import { checkStreamName } from '@baton/sdk/host'
import { encode, MAX_ITEM_BYTES } from '../payload/codec.ts'
import type { StepHost } from './step-host.ts'

const PROGRESS = 'progress'

export interface Publisher {
  readonly execution: string
  readonly command: string
  readonly step: string
  readonly attempt: number
}

export class Publications {
  readonly #host: StepHost
  readonly #publisher: Publisher
  /** Why the attempt is over, if it is. */
  readonly #over: () => Error | undefined
  readonly #pending = new Set<Promise<void>>()
  #latest: StepProgress | undefined
  #reporting = Promise.resolve()
  #nextReport: Promise<void> | undefined

  constructor(host: StepHost, publisher: Publisher, over: () => Error | undefined) {
    this.#host = host
    this.#publisher = publisher
    this.#over = over
  }

  /** @throws as `StepContext.publish`. */
  async publish(stream: string, value: unknown, { key }: PublishOptions = {}): Promise<void> {
    checkStreamName(stream)
    if (key !== undefined && (typeof key !== 'string' || key.length < 1 || key.length > 200 || key.includes('\0'))) {
      throw new InvalidStreamName(`The key of an item of stream '${stream}' has to be 1 to 200 characters.`)
    }
    await this.#track(this.#publish(stream, value, key ?? null))
  }

  /** @throws as `StepContext.closeStream`. */
  async close(stream: string): Promise<void> {
    checkStreamName(stream)
    this.#assertGoesOn()
    await this.#track(this.#host.closeStream({ execution: this.#publisher.execution, stream }))
  }

  /** @throws as `StepContext.progress`. */
  async progress(report: number | ProgressReport): Promise<void> {
    this.#latest = toProgress(this.#publisher.step, report)
    // One report is being written at most; all that come meanwhile wait for the next, which is the last of them.
    this.#nextReport ??= this.#track(this.#reportAfter(this.#reporting))
    await this.#nextReport
  }

  /** Resolves when nothing is being written any more. */
  async written(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending)
  }

  async #reportAfter(before: Promise<void>): Promise<void> {
    await Promise.allSettled([before]) // its failure is told to those who waited for it
    this.#reporting = this.#nextReport ?? this.#reporting
    this.#nextReport = undefined
    await this.#publish(PROGRESS, this.#latest, null)
  }

  async #publish(stream: string, value: unknown, key: string | null): Promise<void> {
    this.#assertGoesOn()
    const payload = encode(`An item of stream '${stream}'`, value, MAX_ITEM_BYTES)
    const { execution, command, attempt } = this.#publisher
    await this.#host.publish({ execution, stream, command, attempt, key, payload })
  }

  #assertGoesOn(): void {
    const over = this.#over()
    if (over) throw over
  }

  #track(writing: Promise<void>): Promise<void> {
    this.#pending.add(writing)
    // Whoever published hears of a failure by a promise of its own.
    void Promise.allSettled([writing]).then(() => this.#pending.delete(writing))
    return writing
  }
}

function toProgress(step: string, report: number | ProgressReport): StepProgress {
  if (typeof report === 'number') {
    if (report >= 0 && report <= 1) return { step, fraction: report }
    throw new DefinitionError('InvalidOption', `progress(${report}) was called; give a fraction from 0 to 1, or { done, total }.`)
  }
  const { done, total, message } = report
  if (!Number.isFinite(done) || done < 0 || (total !== undefined && !(Number.isFinite(total) && total > 0))) {
    throw new DefinitionError('InvalidOption', `progress({ done: ${done}, total: ${total} }) was called; give numbers, done from 0, total above 0.`)
  }
  return {
    step,
    done,
    ...(total === undefined ? {} : { total, fraction: Math.min(1, done / total) }),
    ...(message === undefined ? {} : { message }),
  }
}
