// A promise that nobody awaits and that rejects ends a Node process. In the code of one execution that must not end all the
// others of its worker: it is reported, with the execution it belongs to. Rejections from elsewhere stay what they were.
import { outside, whereabouts } from './ambient.ts'
import type { Log } from './log.ts'

const logs = new Set<Log>()

/** Reports to `log` until it is disposed. */
export function reportStrayRejections(log: Log): Disposable {
  if (logs.size === 0) process.on('unhandledRejection', onRejection)
  logs.add(log)
  return {
    [Symbol.dispose]() {
      logs.delete(log)
      if (logs.size === 0) process.off('unhandledRejection', onRejection)
    },
  }
}

function onRejection(error: unknown): void {
  // Node runs this in the async context of the promise.
  const where = whereabouts()
  if (where !== undefined) {
    // What a logger does is none of the workflow's.
    outside(() => {
      for (const log of logs) log({ level: 'warn', message: `A promise that nobody awaits has failed in ${where}`, error })
    })
    return
  }
  // Without us Node would have ended the process; with another listener it is that one's to decide.
  if (process.listenerCount('unhandledRejection') === 1) throw error
}
