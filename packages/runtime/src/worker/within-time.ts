import { StepTimedOut, type StepTimeoutKind } from '@baton/sdk'
import type { StepDefinition } from '@baton/sdk/host'
import { type Alarm, setAlarmIn } from './alarms.ts'

/** A body whose time is watched. */
interface Watched {
  /** When it last said that it is alive, by `performance.now()`. */
  readonly lastBeat: number | undefined
  abort(reason: Error): void
}

type Limits = Pick<StepDefinition, 'name' | 'timeoutMs' | 'heartbeatTimeoutMs'>

/**
 * What the body returns, unless it takes too long or is silent for too long.
 *
 * @throws StepTimedOut then, after the body's AbortSignal has fired.
 */
export function withinTime<T>(limits: Limits, body: Watched, run: () => Promise<T>): Promise<T> {
  return limits.timeoutMs === undefined && limits.heartbeatTimeoutMs === undefined ? run() : watched(limits, body, run)
}

async function watched<T>({ name, timeoutMs, heartbeatTimeoutMs }: Limits, body: Watched, run: () => Promise<T>): Promise<T> {
  const overdue = Promise.withResolvers<never>()
  const expire = (ms: number, kind: StepTimeoutKind): void => {
    const error = new StepTimedOut(name, ms, kind)
    overdue.reject(error)
    body.abort(error)
  }
  const whole = timeoutMs === undefined ? undefined : setAlarmIn(timeoutMs, () => expire(timeoutMs, 'attempt'))
  const silence = heartbeatTimeoutMs === undefined ? undefined : setSilenceAlarm(body, heartbeatTimeoutMs, () => expire(heartbeatTimeoutMs, 'heartbeat'))
  try {
    return await Promise.race([run(), overdue.promise])
  } finally {
    whole?.cancel()
    silence?.cancel()
  }
}

/** Calls `ring` once the body has been silent for `ms`. Heartbeats may be many: they set a time, not a timer. */
function setSilenceAlarm(body: Watched, ms: number, ring: () => void): Pick<Alarm, 'cancel'> {
  const begun = performance.now()
  const look = (): void => {
    const left = (body.lastBeat ?? begun) + ms - performance.now()
    if (left <= 0) ring()
    else alarm = setAlarmIn(left, look)
  }
  let alarm = setAlarmIn(ms, look)
  return { cancel: () => alarm.cancel() }
}
