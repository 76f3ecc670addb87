import { pause } from '../clock.ts'
import type { Mark } from '../marks.ts'

/** Whoever has marks to give. */
interface Marking {
  marks(): Promise<readonly Mark[]>
}

const LOOK_MS = 50

/** The marks of several workers since the last call, once there are so many. */
export async function untilMarked(workers: readonly Marking[], n: number): Promise<readonly Mark[]> {
  const marks: Mark[] = []
  for (;;) {
    for (const worker of workers) marks.push(...(await worker.marks()))
    if (marks.length >= n) return marks
    await pause(LOOK_MS)
  }
}
