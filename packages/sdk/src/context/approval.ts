import type { ZodType } from 'zod'
import { checkText } from '../definition/check-name.ts'
import { ApplicationError } from '../errors/application-error.ts'
import { type Duration, parseDuration } from '../types/duration.ts'
import { workflowScope } from './workflow-scope.ts'

/** A wait that anybody who is given its token can end, through the client or an HTTP route of yours. */
export interface ExternalToken<T> {
  /** Hand it out: it cannot be guessed, and completes this wait only. */
  readonly token: string
  /**
   * What the token was completed with; undefined if `timeout` ran out first.
   *
   * @throws ApplicationError if it was completed with a failure or with a value that does not fit; Cancelled.
   */
  wait(): Promise<T>
  wait(timeout: Duration): Promise<T | undefined>
}

/** Options of `externalToken`. */
export interface ExternalTokenOptions<T> {
  /** Checks what the token is completed with. */
  readonly schema?: ZodType<T>
}

/**
 * Makes a token that ends a wait from outside: `baton.complete(token, value)`.
 *
 * @throws WrongContext outside a workflow's `run`; Cancelled; DefinitionError `InvalidName`.
 * @example
 * const review = await externalToken<{ approved: boolean }>('review')
 * await this.mail(order, review.token)
 * const answer = await review.wait('3d')
 */
export async function externalToken<T = unknown>(name: string, { schema }: ExternalTokenOptions<T> = {}): Promise<ExternalToken<T>> {
  const scope = workflowScope('externalToken()')
  checkText('name of a token', name)
  const issued = await scope.token(name)
  const wait = async (timeout?: Duration): Promise<T | undefined> => {
    const answer = await issued.wait(timeout === undefined ? undefined : parseDuration(timeout))
    if (!answer) return undefined
    if (!schema) return answer.value as T
    const parsed = schema.safeParse(answer.value)
    if (parsed.success) return parsed.data
    throw new ApplicationError(`The token '${name}' was completed with a value that does not fit: ${parsed.error.message}`, { type: 'InvalidTokenValue' })
  }
  return { token: issued.token, wait: wait as ExternalToken<T>['wait'] }
}

/** Options of `approval`. */
export interface ApprovalOptions<T> extends ExternalTokenOptions<T> {
  /** How long to wait; default for ever. */
  readonly timeout?: Duration
  /** Tells whoever is to decide; call a step here. */
  readonly notify: (token: string) => Promise<unknown>
}

/**
 * Asks somebody outside and waits for the answer: `notify` hands the token out, `baton.complete(token, answer)` ends the wait.
 *
 * @returns the answer; undefined if the time ran out.
 * @throws WrongContext outside a workflow's `run`; ApplicationError if the token was failed; Cancelled; what `notify` throws.
 * @example
 * const decision = await approval('manager', { schema: Decision, timeout: '3d', notify: (token) => this.mail(order, token) })
 */
export async function approval<T = unknown>(name: string, { timeout, notify, schema }: ApprovalOptions<T>): Promise<T | undefined> {
  const issued = await externalToken<T>(name, schema ? { schema } : {})
  await notify(issued.token)
  return timeout === undefined ? issued.wait() : issued.wait(timeout)
}
