import type { LogFields, Logger } from '@baton/sdk'
import type { Log, LogEntry } from './log.ts'

/** A logger for authors' code: what it writes carries `place`, which the code's own fields do not overwrite. */
export function codeLogger(log: Log, place: LogFields): Logger {
  const write = (level: LogEntry['level']) => (message: string, fields: LogFields = {}): void => {
    const { error, ...rest } = fields
    log({ level, message, fields: { ...rest, ...place }, ...(error === undefined ? {} : { error }) })
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
