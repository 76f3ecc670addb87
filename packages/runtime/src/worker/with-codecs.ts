import { PayloadCodecFailed } from '../payload/payload-errors.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 2_000
/** As long as for a database that is away. */
const PATIENCE_MS = 60_000

/** Repeats what passes the codecs while one of them fails: for work whose asker is committed and would ask no second time. */
export async function withCodecs<T>(act: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof PayloadCodecFailed) || performance.now() + delay > until) throw error
      await new Promise((resolve) => setTimeout(resolve, delay))
    }
  }
}
