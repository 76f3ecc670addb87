import { BatonError } from '@baton/sdk'

/** The schema everything lives in unless told otherwise. */
const DEFAULT_SCHEMA = 'baton'

/** A schema name that can stand in SQL text, and the names that derive from it. */
export interface Names {
  readonly schema: string
  /** The schema pg-boss has to itself. */
  readonly boss: string
  /** NOTIFY channel: jobs were enqueued; the payload is the queue's name. */
  readonly jobs: string
  /** NOTIFY channel: awaited executions ended; the payload lists their ids. */
  readonly ended: string
  /** NOTIFY channel: answers to updates and queries; the payload lists their ids. */
  readonly answers: string
  /** NOTIFY channel: streams that somebody follows have new items or were closed; the payload lists them. */
  readonly streams: string
  /** NOTIFY channel of one worker: its inbox has something. With `''`: what the names of all of them begin with. */
  inbox(worker: number | ''): string
}

/**
 * @throws BatonError `InvalidSchemaName` unless it is lower-case letters, digits and `_`, at most 40: it becomes part of SQL.
 */
export function namesOf(schema: string = DEFAULT_SCHEMA): Names {
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) {
    throw new BatonError(
      'InvalidSchemaName',
      `'${schema}' is no schema name for Baton: use lower-case letters, digits and '_', at most 40, not beginning with a digit.`,
    )
  }
  return {
    schema,
    boss: `${schema}_boss`,
    jobs: `${schema}_jobs`,
    ended: `${schema}_ended`,
    answers: `${schema}_answers`,
    streams: `${schema}_streams`,
    inbox: (worker) => `${schema}_inbox_${worker}`,
  }
}
