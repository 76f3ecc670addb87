import { endingOf, showEnding } from './ending.ts'
import { chainOf, showChain } from './failure-chain.ts'
import { asHandle, type Matched, type Means } from './matched.ts'

/** The error an execution should have failed with, or one of its causes. */
export type ErrorMatcher =
  | string
  | RegExp
  | (abstract new (...args: never[]) => Error)
  | Readonly<Record<string, unknown>>

export async function failedWith(means: Means, received: unknown, expected: ErrorMatcher): Promise<Matched> {
  const handle = asHandle('toHaveFailedWith', received)
  const ending = await endingOf(handle)
  const wanted = describeMatcher(means, expected)
  if (ending.kind !== 'failed') {
    return { pass: false, message: () => `Execution '${handle.id}' should have failed with ${wanted}, but ${showEnding(ending, means.show)}` }
  }
  return {
    pass: chainOf(ending.error).some((error) => matches(means, error, expected)),
    message: () => `Execution '${handle.id}' should ${means.isNot ? 'not ' : ''}have failed with ${wanted}; it failed with\n${showChain(ending.error)}`,
  }
}

function matches(means: Means, error: Error, expected: ErrorMatcher): boolean {
  if (typeof expected === 'string') return error.message.includes(expected)
  if (expected instanceof RegExp) return expected.test(error.message)
  // A class of the author's own is lost on the way through the log; its name is not.
  if (typeof expected === 'function') return error.name === expected.name || error instanceof expected
  return Object.entries(expected).every(([key, value]) => means.equals(Reflect.get(error, key), value))
}

function describeMatcher(means: Means, expected: ErrorMatcher): string {
  if (typeof expected === 'string') return `a message with ${means.show(expected)}`
  if (expected instanceof RegExp) return `a message like ${String(expected)}`
  return typeof expected === 'function' ? expected.name : means.show(expected)
}
