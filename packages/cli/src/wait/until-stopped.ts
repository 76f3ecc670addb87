import type { Io } from '../io.ts'

/** What waiting gives when the user had enough of it. */
export const STOPPED = Symbol('stopped')

/** What the work gives, or `STOPPED` at Ctrl-C: that ends the waiting, not what is waited for. */
export async function untilStopped<T>(io: Io, work: Promise<T>): Promise<T | typeof STOPPED> {
  const stopped = Promise.withResolvers<typeof STOPPED>()
  const off = io.onSignal(() => stopped.resolve(STOPPED))
  try {
    return await Promise.race([work, stopped.promise])
  } finally {
    off()
  }
}
