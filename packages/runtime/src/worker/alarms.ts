import type { DatabaseClock } from './database-clock.ts'

/** setTimeout takes 31 bits of ms; a longer wait is made of several. */
const LONGEST_MS = 2 ** 31 - 1

/** An alarm that can be called off. */
export interface Alarm {
  cancel(): void
}

/** Calls `ring` once the database's clock has reached `dueAt`, never before. */
export function setAlarm(clock: DatabaseClock, dueAt: number, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined
  const arm = (): void => {
    const left = dueAt - clock.now()
    if (left <= 0) ring()
    else timer = setTimeout(arm, Math.min(Math.ceil(left), LONGEST_MS))
  }
  timer = setTimeout(arm, Math.min(Math.max(0, Math.ceil(dueAt - clock.now())), LONGEST_MS))
  return { cancel: () => clearTimeout(timer) }
}
