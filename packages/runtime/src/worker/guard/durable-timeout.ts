import type { Region } from '../../core/region.ts'
import { guardedScope } from '../ambient.ts'

type Callback = (...args: unknown[]) => unknown

/** What workflow code gets for a timer, and clears it by. */
export abstract class DurableTimer implements Disposable {
  abstract close(): void

  /** A workflow is not kept alive by its timers, nor ended for want of them. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * What `setTimeout` answers in workflow code. It is shielded: a stop of the execution does not silence it, for whoever waits
 * for the callback would then wait for ever.
 */
export class DurableTimeout extends DurableTimer {
  readonly #here: Region
  readonly #callback: Callback
  readonly #ms: number
  readonly #args: readonly unknown[]
  #cancel: (() => void) | undefined

  constructor(here: Region, callback: Callback, ms: number, args: readonly unknown[]) {
    super()
    this.#here = here
    this.#callback = callback
    this.#ms = ms
    this.#args = args
    this.#arm()
  }

  close(): this {
    this.#cancel?.()
    this.#cancel = undefined
    return this
  }

  refresh(): this {
    this.close()
    this.#arm()
    return this
  }

  #arm(): void {
    const scope = this.#here.openScope({ shielded: true, timeoutMs: undefined })
    const cancel = (): void => scope.cancel('clearTimeout')
    this.#cancel = cancel
    scope.run(() => sleepHere(this.#ms)).then(
      () => {
        if (this.#cancel !== cancel) return
        this.#cancel = undefined
        this.#callback(...this.#args)
      },
      () => {}, // it was cleared
    )
  }
}

/** What `setImmediate` answers in workflow code. */
export class DurableImmediate extends DurableTimer {
  #cleared = false

  constructor(act: Callback, args: readonly unknown[]) {
    super()
    void Promise.resolve().then(() => {
      if (!this.#cleared) act(...args)
    })
  }

  close(): void {
    this.#cleared = true
  }
}

/** A durable wait that a signal ends, as those of node:timers/promises. */
export async function sleepIn(here: Region, ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return here.sleep(ms)
  if (signal.aborted) throw aborted(signal)
  const scope = here.openScope({ shielded: false, timeoutMs: undefined })
  const abort = (): void => scope.cancel('its signal fired')
  signal.addEventListener('abort', abort, { once: true })
  try {
    await scope.run(() => sleepHere(ms))
  } catch (error) {
    throw signal.aborted ? aborted(signal) : error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Sleeps in the scope that is the innermost now. */
function sleepHere(ms: number): Promise<void> {
  const here = guardedScope()
  return here ? here.sleep(ms) : Promise.reject(new TypeError('A scope of a workflow runs outside of it.'))
}

function aborted(signal: AbortSignal): Error {
  return Object.assign(new Error('The operation was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' })
}
