import { BatonError } from '@baton/sdk'
import { CliError } from './cli-error.ts'
import { redact } from './redact.ts'

/** An error as a command reports it. */
export interface ErrorDescription {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** What is said of an error: its own words where it was raised on purpose, else that it was not expected. */
export function describeError(error: unknown): ErrorDescription {
  if (isOnPurpose(error)) {
    const hint = error instanceof CliError ? error.hint : undefined
    return { code: error.code, message: redact(error.message), ...(hint === undefined ? {} : { hint }) }
  }
  return { code: 'Unexpected', message: redact(messageOf(error)), hint: 'Run again with --debug for the whole of it.' }
}

/** By its name: the class would load a package that most commands never need. */
function isOnPurpose(error: unknown): error is Error & { readonly code: string } {
  if (error instanceof BatonError) return true
  return error instanceof Error && error.name === 'EmbeddedPostgresError' && 'code' in error && typeof error.code === 'string'
}

/** The message, or the next best thing: AggregateError of a refused connection has an empty one. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.message !== '') return error.message
  return error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.name
}

/** The stacks of an error and all its causes. */
export function stackOf(error: unknown): string {
  const parts: string[] = []
  // A cause may lead back to an error that was there already.
  const seen = new Set<unknown>()
  for (let at = error; at !== undefined && !seen.has(at); at = at instanceof Error ? at.cause : undefined) {
    seen.add(at)
    parts.push(at instanceof Error ? (at.stack ?? `${at.name}: ${at.message}`) : String(at))
  }
  return redact(parts.join('\ncaused by: '))
}
