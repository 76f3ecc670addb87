import { BatonError } from '@baton/sdk'
import { CliError } from '../errors/cli-error.ts'
import { messageOf } from '../errors/describe-error.ts'

const UNREACHABLE = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
  '57P01', '57P02', '57P03', // shut down, crashed, starting up
  '53300', // too many connections
])
const UNREACHABLE_MESSAGES = ['Connection terminated', 'timeout exceeded when trying to connect', 'timeout expired']
const REFUSED = new Set(['28000', '28P01', '42501'])

/** What is wrong with the database in the words of the command; undefined if the error is about something else. */
export function databaseError(error: unknown, place: string): CliError | undefined {
  const cause = rootOf(error)
  if (!(cause instanceof Error)) return undefined
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  if (REFUSED.has(code)) {
    return new CliError('DatabaseRefused', `${place} refuses: ${messageOf(cause)}.`, { cause: error, hint: 'Check user, password and rights.' })
  }
  if (code === '3D000') {
    return new CliError('DatabaseNotFound', `${place}: ${messageOf(cause)}.`, { cause: error, hint: 'Create it, or correct the URL.' })
  }
  if (code === 'ERR_INVALID_URL') {
    return new CliError('InvalidDatabaseUrl', 'The URL of the database cannot be read.', { cause: error, hint: 'Percent-encode what is special in user and password.' })
  }
  if (isUnreachable(cause, code)) {
    return new CliError('DatabaseUnreachable', `${place} cannot be reached: ${messageOf(cause)}.`, {
      cause: error,
      hint: 'Check --url or DATABASE_URL, and that the server runs.',
    })
  }
  return undefined
}

/** The driver's error; others that Baton raises speak of what happened in an execution. */
function rootOf(error: unknown): unknown {
  const inner = error instanceof BatonError && error.code === 'MigrationFailed' ? error.cause : error
  return inner instanceof AggregateError ? (inner.errors[0] ?? inner) : inner
}

function isUnreachable(error: Error, code: string): boolean {
  // A socket that is not there is ENOENT, as is a file; only the system call tells them apart.
  const socket = (code === 'ENOENT' || code === 'EACCES') && 'syscall' in error && error.syscall === 'connect'
  return socket || UNREACHABLE.has(code) || code.startsWith('08') || UNREACHABLE_MESSAGES.some((text) => error.message.includes(text))
}
