import type { Wait } from '@baton/runtime'
import { asHandle, type Matched, type Means } from './matched.ts'

/** What an execution should wait for: a command's identity, or properties of the wait. */
export type WaitMatcher = string | Partial<Wait>

export async function waitsFor(means: Means, received: unknown, expected: WaitMatcher): Promise<Matched> {
  const handle = asHandle('toWaitFor', received)
  if (typeof handle.waitsFor !== 'function') throw new TypeError('toWaitFor needs a handle that says what the execution waits for.')
  const waits = await handle.waitsFor()
  const wanted = Object.entries(typeof expected === 'string' ? { command: expected } : expected)
  return {
    pass: waits.some((wait) => wanted.every(([key, value]) => means.equals(Reflect.get(wait, key), value))),
    message: () => `Execution '${handle.id}' should ${means.isNot ? 'not ' : ''}wait for ${means.show(expected)}; it waits for ${waits.length === 0 ? 'nothing' : waits.map(describe).join(', ')}`,
  }
}

function describe({ kind, command, execution, dueAt }: Wait): string {
  const what = command === undefined ? `a ${kind}` : `${kind} '${command}'`
  return `${what}${execution === undefined ? '' : ` (${execution})`}${dueAt === undefined ? '' : ` until ${dueAt.toISOString()}`}`
}
