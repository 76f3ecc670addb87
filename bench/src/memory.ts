import type { Memory } from './worker-messages.ts'

const ROUNDS = 4

/** @throws Error without --expose-gc. */
export async function collectedMemory(): Promise<Memory> {
  if (!globalThis.gc) throw new Error('Memory is measured in a process with --expose-gc.')
  // What a finalizer lets go of falls to the next round.
  for (let i = 0; i < ROUNDS; i++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
