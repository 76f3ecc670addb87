import type { ScopeControl } from '../host.ts'
import { type Duration, parseDuration } from '../types/duration.ts'
import { workflowScope } from './workflow-scope.ts'

/** Options of a `CancellationScope`. */
export interface CancellationScopeOptions {
  /** Whether a cancellation from outside reaches it; default `true`. */
  readonly cancellable?: boolean
  /** Cancels it by itself after this time; default never. */
  readonly timeout?: Duration
}

/**
 * A region of workflow code that is cancelled as one: its steps, waits and children. Scopes nest; one that is not
 * cancellable shields what is in it, as cleanup must be. Semantics of Temporal's CancellationScope.
 *
 * @example
 * const scope = new CancellationScope()
 * const search = scope.run(() => this.search(query))
 * if (await condition(() => this.found, '5m')) scope.cancel('found elsewhere')
 */
export class CancellationScope {
  readonly #control: ScopeControl

  /** @throws WrongContext outside a workflow's `run`; DefinitionError `InvalidDuration`. */
  constructor({ cancellable = true, timeout }: CancellationScopeOptions = {}) {
    this.#control = workflowScope('CancellationScope').openScope({
      shielded: !cancellable,
      timeoutMs: timeout === undefined ? undefined : parseDuration(timeout),
    })
  }

  /**
   * Runs in a scope of its own that a cancellation from outside does reach.
   *
   * @throws as the constructor; what `act` throws.
   * @example await CancellationScope.cancellable(() => this.search(query))
   */
  static cancellable<R>(act: () => Promise<R>): Promise<R> {
    return new CancellationScope().run(act)
  }

  /**
   * Runs shielded from cancellation, as cleanup must.
   *
   * @throws as the constructor; what `act` throws.
   * @example try { … } finally { await CancellationScope.nonCancellable(() => this.release(seat)) }
   */
  static nonCancellable<R>(act: () => Promise<R>): Promise<R> {
    return new CancellationScope({ cancellable: false }).run(act)
  }

  /**
   * Runs for a time at most; then what waits in it throws `Cancelled`.
   *
   * @throws as the constructor; Cancelled; what `act` throws.
   * @example const quote = await CancellationScope.withTimeout('10s', () => this.quote(order))
   */
  static withTimeout<R>(timeout: Duration, act: () => Promise<R>): Promise<R> {
    return new CancellationScope({ timeout }).run(act)
  }

  /** Whether this scope, or one around it that it is not shielded from, has been cancelled. */
  get cancelled(): boolean {
    return this.#control.cancelled
  }

  /** Runs `act` in the scope; may be called several times. */
  run<R>(act: () => Promise<R>): Promise<R> {
    return this.#control.run(act)
  }

  /** Cancels what runs in the scope, now and later. */
  cancel(reason = 'the scope was cancelled'): void {
    this.#control.cancel(String(reason))
  }
}
