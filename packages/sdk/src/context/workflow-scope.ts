import { WrongContext } from '../errors/step-errors.ts'
import { currentHost, type WorkflowScope } from '../host.ts'

/** The execution whose code is running; `what` names the function that was called. */
export function workflowScope(what: string): WorkflowScope {
  const scope = currentHost()?.workflow()
  if (scope) return scope
  const where = currentHost()?.step() ? 'inside a step' : 'outside a workflow'
  throw new WrongContext(`${what} was called ${where}; it belongs in run(), where it is durable.`)
}
