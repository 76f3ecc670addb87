import { BatonError } from '@baton/sdk'
import { UsageError } from './cli-error.ts'

/** Whether what was typed is to blame, however the execution stands: the exit code is 2 then. */
export function isBadInput(error: unknown): boolean {
  if (error instanceof UsageError) return true
  if (!(error instanceof BatonError)) return false
  if (error.code === 'InvalidToken') return 'reason' in error && error.reason === 'unknown'
  return error.code === 'UnknownHandler' || error.code === 'InvalidPayload'
}
