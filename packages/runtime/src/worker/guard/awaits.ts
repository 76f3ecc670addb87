// Where a program stands, for people: found by watching its promises while it is brought there once more. Watching slows down
// every promise of the process, so it is done for an execution that is found stuck, and for no other.
import { promiseHooks } from 'node:v8'
import { guardedScope } from '../ambient.ts'
import { callerOf } from './source-position.ts'

/** More do not help who reads them. */
const MOST = 3

/**
 * The lines at which workflow code of `execution` still awaits something when `bring` has ended, the last one first.
 *
 * @example await awaitsOf('order-42', () => replay(program, history))
 */
export async function awaitsOf(execution: string, bring: () => Promise<unknown>): Promise<readonly string[]> {
  const waiting = new Map<Promise<unknown>, string>()
  const stops = [
    promiseHooks.onInit(function watched(promise, parent) {
      // An await makes a promise that follows another one.
      if (parent === undefined || guardedScope()?.execution.id !== execution) return
      const { position } = callerOf(watched)
      if (position !== undefined) waiting.set(promise, position)
    }),
    promiseHooks.onSettled((promise) => {
      waiting.delete(promise)
    }),
  ]
  try {
    await bring()
  } finally {
    for (const stop of stops) (stop as () => void)()
  }
  return [...new Set([...waiting.values()].toReversed())].slice(0, MOST)
}
