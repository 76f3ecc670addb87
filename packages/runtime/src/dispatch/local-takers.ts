// Workers of this process, by the channel that is theirs alone: what is started here can be handed to them without a notification.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Given } from './given.ts'

/** A worker that takes executions. */
export interface LocalTaker {
  /** How many more it would begin at once. */
  free(): number
  /** Executions that are its own, by a commit that is done. */
  give(given: readonly Given[]): void
  /** It may have been given executions by a commit whose outcome nobody knows. */
  missed(): void
}

const takers = new Map<string, LocalTaker>()

export function localTaker(channel: string): LocalTaker | undefined {
  return takers.get(channel)
}

/**
 * Until it is disposed of, what is started in this process may be handed to the worker. It is called in the context of who joined it:
 * what a request starts is not to run in that request's, whose user or trace others would inherit.
 */
export function joinLocally(channel: string, taker: LocalTaker): Disposable {
  const inContext = AsyncLocalStorage.snapshot()
  takers.set(channel, {
    free: () => taker.free(),
    give: (given) => inContext(() => taker.give(given)),
    missed: () => inContext(() => taker.missed()),
  })
  return { [Symbol.dispose]: () => void takers.delete(channel) }
}
