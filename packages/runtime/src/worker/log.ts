/** Something a worker or client wants its operator to know. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly error?: unknown
}

/** Takes what a worker or client has to say. It must not throw. */
export type Log = (entry: LogEntry) => void

/** Warnings and errors on stderr, a line each. */
export const logToStderr: Log = ({ level, message, error }) => {
  if (level === 'debug' || level === 'info') return
  const why = error === undefined ? '' : `: ${error instanceof Error ? error.message : String(error)}`
  process.stderr.write(`baton ${level}: ${message}${why}\n`)
}
