import { isConflict, isConnectionLoss } from './connection-loss.ts'

const FIRST_DELAY_MS = 25
const MAX_DELAY_MS = 1_000

/** Repeats an idempotent act while the server is away or lets others go first, for `patienceMs` at most; any other error is the caller's. */
export async function withReconnect<T>(act: () => Promise<T>, patienceMs = 30_000): Promise<T> {
  const until = performance.now() + patienceMs
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    try {
      return await act()
    } catch (error) {
      if (!(isConnectionLoss(error) || isConflict(error)) || performance.now() + delay > until) throw error
      await new Promise((resolve) => setTimeout(resolve, delay))
    }
  }
}
