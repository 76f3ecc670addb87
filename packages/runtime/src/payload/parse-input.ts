import { BatonError } from '@baton/sdk'
import type { ZodType } from 'zod'

/** The input does not fit the workflow's schema; nothing was written. */
export class InvalidInput extends BatonError {
  static override readonly kind = 'InvalidInput'
  /** What is wrong, one entry a place. */
  readonly issues: readonly { readonly path: string; readonly message: string }[]

  constructor(workflow: string, issues: readonly { readonly path: string; readonly message: string }[]) {
    const text = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
    super('InvalidInput', `The input of workflow '${workflow}' does not fit its schema: ${text}. Nothing was started.`)
    this.issues = issues
  }
}

/**
 * The input as the workflow gets it: what its schema makes of it, if it has one.
 *
 * @throws InvalidInput.
 */
export function parseInput(workflow: string, schema: ZodType | undefined, value: unknown): unknown {
  if (!schema) return value
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new InvalidInput(
    workflow,
    result.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  )
}
