import { ContinueAsNew } from '../errors/continue-as-new.ts'
import { workflowScope } from './workflow-scope.ts'

/**
 * Ends this run and begins another of the same execution with a new input and an empty history: how a workflow that never
 * ends stays small. Messages that were not delivered yet go to the new run. One that was asked to stop ends as stopped instead.
 *
 * @throws always, to leave `run`; WrongContext outside a workflow's `run`.
 * @example if (executionInfo().historyLength > 5_000) continueAsNew<Subscription['run']>({ ...state })
 */
export function continueAsNew<F extends (input: never) => Promise<unknown>>(input: Parameters<F>[0]): never {
  workflowScope('continueAsNew()')
  throw new ContinueAsNew(input)
}
