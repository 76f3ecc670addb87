import { type Ending, endingOf, showEnding } from './ending.ts'
import { asHandle, type Matched, type Means } from './matched.ts'

const WANTED = { stopped: 'have been stopped', killed: 'have been killed', 'timed out': 'have timed out' }

export async function endedAs(means: Means, matcher: string, received: unknown, kind: keyof typeof WANTED): Promise<Matched> {
  const handle = asHandle(matcher, received)
  const ending: Ending = await endingOf(handle)
  return {
    pass: ending.kind === kind,
    message: () => `Execution '${handle.id}' should ${means.isNot ? 'not ' : ''}${WANTED[kind]}${means.isNot ? '' : `, but ${showEnding(ending, means.show)}`}`,
  }
}
