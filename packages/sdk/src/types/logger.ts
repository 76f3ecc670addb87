/** What a line of the log says beside its message; an `error` among them is shown with its cause. */
export type LogFields = Readonly<Record<string, unknown>>

/** How much a line matters, least first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Writes to the worker's log; each line carries execution, step and attempt. */
export interface Logger {
  /** For whoever looks for a fault. */
  debug(message: string, fields?: LogFields): void
  /** What is good to know. */
  info(message: string, fields?: LogFields): void
  /** What should be looked at. */
  warn(message: string, fields?: LogFields): void
  /** What has gone wrong. */
  error(message: string, fields?: LogFields): void
}
