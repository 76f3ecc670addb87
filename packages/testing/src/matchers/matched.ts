import type { HistoryRecord, Wait } from '@baton/runtime'

/** What a matcher came to. */
export interface Matched {
  readonly pass: boolean
  /** What is wrong, for either outcome: `not` turns it round. */
  readonly message: () => string
  readonly actual?: unknown
  readonly expected?: unknown
}

/** An execution, as matchers ask about it: a handle of a test environment or of a client. */
export interface Matchable {
  readonly id: string
  result(): Promise<unknown>
  history(): Promise<readonly HistoryRecord[]>
  waitsFor?(): Promise<readonly Wait[]>
}

/** The means of the test framework. */
export interface Means {
  readonly isNot: boolean
  equals(a: unknown, b: unknown): boolean
  show(value: unknown): string
}

/** @throws TypeError if the value is no handle. */
export function asHandle(matcher: string, value: unknown): Matchable {
  if (isHandle(value)) return value
  throw new TypeError(`${matcher} is about an execution: give it the handle that start() or handle() returned, without await on its result.`)
}

function isHandle(value: unknown): value is Matchable {
  return (
    typeof value === 'object' && value !== null &&
    'id' in value && typeof value.id === 'string' &&
    'result' in value && typeof value.result === 'function' &&
    'history' in value && typeof value.history === 'function'
  )
}
