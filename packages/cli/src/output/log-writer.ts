import type { Log, LogEntry } from '@baton/runtime'
import { describeError, messageOf, stackOf } from '../errors/describe-error.ts'
import { redact } from '../errors/redact.ts'
import type { Session } from '../session.ts'
import { plainJson } from './plain-json.ts'
import { oneLine } from './printable.ts'
import { paintFor } from './paint.ts'

const STYLES = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red' } as const

/** Writes a worker's log to stderr, a line an entry: text, or JSON with `--json`. Debug entries only with `--debug`. */
export function logWriter({ io, json, debug, color }: Session): Log {
  const paint = paintFor(color)
  return (entry) => {
    if (entry.level === 'debug' && !debug) return
    const time = new Date().toISOString()
    if (json) io.stderr.write(`${JSON.stringify({ time, level: entry.level, message: redact(entry.message), ...fieldsOf(entry), ...errorOf(entry, debug) })}\n`)
    else io.stderr.write(`${paint('gray', time)} ${paint(STYLES[entry.level], entry.level.padEnd(5))} ${oneLine(redact(textOf(entry, debug)))}\n`)
  }
}

function errorOf({ error }: LogEntry, debug: boolean): object {
  if (error === undefined) return {}
  const { code, message } = describeError(error)
  return { error: { code, message, ...(debug ? { stack: stackOf(error) } : {}) } }
}

function fieldsOf({ fields }: LogEntry): object {
  return fields === undefined ? {} : { fields: plain(fields) }
}

function textOf({ message, error, fields = {} }: LogEntry, debug: boolean): string {
  const named = Object.entries(fields).filter(([, value]) => value !== undefined).map(([name, value]) => ` ${name}=${valueText(value)}`).join('')
  if (error === undefined) return `${message}${named}`
  return `${message}${named}: ${debug ? stackOf(error) : messageOf(error)}`
}

function valueText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(plain(value))
}

/** Authors log what they like; a circle is no reason for a worker to fail. */
function plain(value: unknown): unknown {
  try {
    return plainJson(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}
