import type { Handle } from '@baton/runtime'
import { duration } from '../output/times.ts'
import type { StatusLine } from '../output/status-line.ts'
import type { Session } from '../session.ts'
import { pause } from './pause.ts'
import { untilStopped } from './until-stopped.ts'

/** The result of an execution, with a line that says how far it is; Ctrl-C ends the waiting, not the execution. */
export async function waitForResult(session: Session, handle: Handle<unknown>): Promise<unknown> {
  using status = session.status()
  const ended = new AbortController()
  const progress = status.visible ? showProgress(status, handle, ended.signal) : Promise.resolve()
  try {
    return await untilStopped(session.io, handle.result())
  } finally {
    ended.abort()
    await progress
  }
}

async function showProgress(status: StatusLine, handle: Handle<unknown>, signal: AbortSignal): Promise<void> {
  const begun = performance.now()
  let events = 0
  let look = 0
  while (!signal.aborted) {
    const now = performance.now()
    if (now >= look) {
      // The line is a courtesy: what goes wrong here goes wrong in the waiting too, and is told there.
      events = await handle.history().then((records) => records.length, () => events)
      // A long history is read rarely: at most a twentieth of the time goes into it.
      look = performance.now() + Math.max(500, 20 * (performance.now() - now))
    }
    if (!signal.aborted) status.update(`Waiting ${duration(Math.floor((now - begun) / 1_000) * 1_000)}, ${events} event${events === 1 ? '' : 's'} so far (Ctrl-C stops waiting)`)
    await pause(200, signal)
  }
}
