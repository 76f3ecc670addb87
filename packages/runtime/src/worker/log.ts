/** Something a worker or client wants its operator to know. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly error?: unknown
  /** What belongs to the line: of a step's or workflow's own lines `executionId`, `step`, `attempt`, and what it gave. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** Takes what a worker or client has to say. It must not throw. */
export type Log = (entry: LogEntry) => void

/** Warnings and errors on stderr, a line each. */
export const logToStderr: Log = ({ level, message, error, fields }) => {
  if (level === 'debug' || level === 'info') return
  const why = error === undefined ? '' : `: ${error instanceof Error ? error.message : String(error)}`
  process.stderr.write(`baton ${level}: ${message}${why}${fields === undefined ? '' : ` ${fieldsText(fields)}`}\n`)
}

/** `name=value`, in one line; a value that is no JSON is said in words. */
function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : textOf(value)}`)
    .join(' ')
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value instanceof Error ? value.message : value) ?? String(value)
  } catch {
    return `"${Object.prototype.toString.call(value)}"` // a circle, a bigint: a line of the log is no reason to fail
  }
}
