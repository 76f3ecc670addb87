import type { DatabaseClock } from './database-clock.ts'

/** setTimeout takes 31 bits of ms; a longer wait is made of several. */
const LONGEST_MS = 2 ** 31 - 1

/** An alarm that can be called off. */
export interface Alarm {
  cancel(): void
}

/** Calls `ring` once the database's clock has reached `dueAt`, never before. */
export function setAlarm(clock: DatabaseClock, dueAt: number, ring: () => void): Alarm {
  return arm(() => dueAt - clock.now(), ring)
}

/** Calls `ring` after `ms` of this process's clock, however many those are. */
export function setAlarmIn(ms: number, ring: () => void): Alarm {
  const dueAt = performance.now() + ms
  return arm(() => dueAt - performance.now(), ring)
}

function arm(left: () => number, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined
  const wait = (ms: number): void => {
    timer = setTimeout(look, Math.min(Math.max(0, Math.ceil(ms)), LONGEST_MS))
  }
  const look = (): void => {
    const ms = left()
    if (ms <= 0) ring()
    else wait(ms)
  }
  wait(left())
  return { cancel: () => clearTimeout(timer) }
}
