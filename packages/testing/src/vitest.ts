/**
 * Importing this gives vitest's `expect` the matchers; import it in a setup file or in the test.
 *
 * @example import '@baton/testing/vitest'
 *
 * @module
 */
import { expect } from 'vitest'
import { completedWith } from './matchers/completed-with.ts'
import { endedAs } from './matchers/ended-as.ts'
import { type ErrorMatcher, failedWith } from './matchers/failed-with.ts'
import type { Means } from './matchers/matched.ts'
import { haveRunSteps } from './matchers/run-steps.ts'
import { type WaitMatcher, waitsFor } from './matchers/waits-for.ts'

export type { ErrorMatcher } from './matchers/failed-with.ts'
export type { WaitMatcher } from './matchers/waits-for.ts'

/** The matchers for executions; each takes a handle, of a test environment or of a client, and is awaited. */
export interface BatonMatchers {
  /**
   * Waits for the end; it should be this result. Asymmetric matchers work: `expect.objectContaining(…)`.
   *
   * @example await expect(handle).toHaveCompletedWith({ receipt: 'r1' })
   */
  toHaveCompletedWith(value: unknown): Promise<void>
  /**
   * Waits for the end; it should be a failure, and the workflow's error or one of its causes have this text in its message,
   * match this pattern, be of this class or have these properties.
   *
   * @example await expect(handle).toHaveFailedWith({ code: 'StepFailed', step: 'charge' })
   */
  toHaveFailedWith(error: ErrorMatcher): Promise<void>
  /**
   * Waits for the end; it should be that of an execution that was stopped.
   *
   * @example await expect(handle).toHaveBeenStopped()
   */
  toHaveBeenStopped(): Promise<void>
  /**
   * Waits for the end; it should be that of an execution that was killed.
   *
   * @example await expect(handle).toHaveBeenKilled()
   */
  toHaveBeenKilled(): Promise<void>
  /**
   * Waits for the end; it should be that of an execution that reached its timeout.
   *
   * @example await expect(handle).toHaveTimedOut()
   */
  toHaveTimedOut(): Promise<void>
  /**
   * What it waits for now should include this: a command such as `sleep`, or a wait with these properties. No time passes.
   *
   * @example await expect(handle).toWaitFor({ kind: 'condition' })
   */
  toWaitFor(wait: WaitMatcher): Promise<void>
  /**
   * The steps that have an outcome so far, in the order of the outcomes; a step with retries counts once. Waits for nothing.
   *
   * @example await expect(handle).toHaveRunSteps(['charge', 'pack', 'pack'])
   */
  toHaveRunSteps(steps: readonly string[]): Promise<void>
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-empty-object-type
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends BatonMatchers {}
}

interface State {
  readonly isNot: boolean
  equals(a: unknown, b: unknown): boolean
  readonly utils: { stringify(value: unknown): string }
}

function meansOf(state: State): Means {
  return { isNot: state.isNot, equals: (a, b) => state.equals(a, b), show: (value) => state.utils.stringify(value) }
}

expect.extend({
  toHaveCompletedWith(received: unknown, value: unknown) {
    return completedWith(meansOf(this), received, value)
  },
  toHaveFailedWith(received: unknown, error: ErrorMatcher) {
    return failedWith(meansOf(this), received, error)
  },
  toHaveBeenStopped(received: unknown) {
    return endedAs(meansOf(this), 'toHaveBeenStopped', received, 'stopped')
  },
  toHaveBeenKilled(received: unknown) {
    return endedAs(meansOf(this), 'toHaveBeenKilled', received, 'killed')
  },
  toHaveTimedOut(received: unknown) {
    return endedAs(meansOf(this), 'toHaveTimedOut', received, 'timed out')
  },
  toWaitFor(received: unknown, wait: WaitMatcher) {
    return waitsFor(meansOf(this), received, wait)
  },
  toHaveRunSteps(received: unknown, steps: readonly string[]) {
    return haveRunSteps(meansOf(this), received, steps)
  },
})
