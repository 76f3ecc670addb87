import type { Io, StopSignal } from '../io.ts'

/** Signals as they come: the first asks for an end in good order, the second for one at once. */
export interface Stops extends Disposable {
  readonly first: Promise<StopSignal>
  readonly second: Promise<StopSignal>
}

export function stopsOf(io: Io): Stops {
  const first = Promise.withResolvers<StopSignal>()
  const second = Promise.withResolvers<StopSignal>()
  let seen = 0
  const off = io.onSignal((signal) => {
    seen += 1
    if (seen === 1) first.resolve(signal)
    else second.resolve(signal)
  })
  return { first: first.promise, second: second.promise, [Symbol.dispose]: off }
}
