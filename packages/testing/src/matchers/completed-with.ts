import { endingOf } from './ending.ts'
import { showChain } from './failure-chain.ts'
import { asHandle, type Matched, type Means } from './matched.ts'

export async function completedWith(means: Means, received: unknown, expected: unknown): Promise<Matched> {
  const handle = asHandle('toHaveCompletedWith', received)
  const ending = await endingOf(handle)
  if (ending.kind === 'failed') {
    return { pass: false, message: () => `Execution '${handle.id}' should have completed with ${means.show(expected)}, but it failed:\n${showChain(ending.error)}` }
  }
  const { output } = ending
  return {
    pass: means.equals(output, expected),
    message: () => `Execution '${handle.id}' should ${means.isNot ? 'not ' : ''}have completed with ${means.show(expected)}${means.isNot ? '' : `, but it returned ${means.show(output)}`}`,
    actual: output,
    expected,
  }
}
