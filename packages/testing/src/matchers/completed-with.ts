import { endingOf, showEnding } from './ending.ts'
import { asHandle, type Matched, type Means } from './matched.ts'

export async function completedWith(means: Means, received: unknown, expected: unknown): Promise<Matched> {
  const handle = asHandle('toHaveCompletedWith', received)
  const ending = await endingOf(handle)
  if (ending.kind !== 'completed') {
    return { pass: false, message: () => `Execution '${handle.id}' should have completed with ${means.show(expected)}, but ${showEnding(ending, means.show)}` }
  }
  const { output } = ending
  return {
    pass: means.equals(output, expected),
    message: () => `Execution '${handle.id}' should ${means.isNot ? 'not ' : ''}have completed with ${means.show(expected)}${means.isNot ? '' : `, but it returned ${means.show(output)}`}`,
    actual: output,
    expected,
  }
}
