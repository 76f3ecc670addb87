import { BatonError } from '@baton/sdk'

/** Whether the execution failed, rather than the asking; its own error is the cause. */
export function isExecutionFailed(error: unknown): error is BatonError {
  return error instanceof BatonError && error.code === 'ExecutionFailed'
}
