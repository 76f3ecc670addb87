import { setTimeout as delay } from 'node:timers/promises'

/** Asks `probe` until it answers something other than undefined; undefined when `timeoutMs` have passed. */
export async function poll<T>(
  probe: () => Promise<T | undefined>,
  timing: { readonly timeoutMs: number; readonly intervalMs: number },
): Promise<T | undefined> {
  const deadline = performance.now() + timing.timeoutMs
  for (;;) {
    const answer = await probe()
    if (answer !== undefined || performance.now() >= deadline) return answer
    await delay(timing.intervalMs)
  }
}
