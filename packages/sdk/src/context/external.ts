import { checkText } from '../definition/check-name.ts'
import { workflowScope } from './workflow-scope.ts'

/** Another execution, as workflow code can reach it. */
export interface ExternalExecution {
  readonly executionId: string
  /**
   * Sends it a signal, once however often this execution is replayed.
   *
   * @throws MessageNotDelivered if there is no such execution or it has ended; Cancelled; DefinitionError `InvalidName`.
   */
  signal(name: string, ...args: readonly unknown[]): Promise<void>
  /**
   * Asks it to stop.
   *
   * @throws as `signal`.
   */
  stop(reason?: string): Promise<void>
}

/**
 * Another execution by its id, to send it messages from workflow code.
 *
 * @throws WrongContext outside a workflow's `run`; DefinitionError `InvalidName`.
 * @example await externalExecution('cart-42').signal('paid', receipt)
 */
export function externalExecution(executionId: string): ExternalExecution {
  const scope = workflowScope('externalExecution()')
  checkText('execution id', executionId)
  return {
    executionId,
    signal: async (name, ...args) => {
      checkText('signal', name)
      return scope.signal(executionId, name, args)
    },
    stop: (reason = `asked by ${scope.info.executionId}`) => scope.stop(executionId, String(reason)),
  }
}
