/** Milliseconds of CLOCK_MONOTONIC, so that two processes of one machine can be compared. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A pause of random length, so that an engine's polls are met out of phase. */
export function pauseBetween(low: number, high: number): Promise<void> {
  return pause(low + Math.random() * (high - low))
}

/** @throws Error naming `what`, if it takes longer than `ms`: a lost step must fail the run, not hang it. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${ms / 1000} s.`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
