import { type FunctionNode, isFunctionNode } from './follow-call.ts'
import { runOf, type WorkflowSource } from './workflow-source.ts'

/** A method in which workflow code runs: it may call steps and wait. */
export interface Program {
  /** Such as `run` or `signal 'approve'`. */
  readonly name: string
  readonly body: FunctionNode
}

/** `run` and the handlers that may do what it may: signals and updates. */
export function programsOf(workflow: WorkflowSource): readonly Program[] {
  const run = runOf(workflow)
  const handlers = [...workflow.handlers.values()].filter(({ kind }) => kind !== 'query')
  const methods = [
    ...(run ? [{ name: 'run', method: run.method }] : []),
    ...handlers.map(({ name, kind, method }) => ({ name: `${kind} '${name}'`, method })),
  ]
  return methods.flatMap(({ name, method }) => (isFunctionNode(method) ? [{ name, body: method }] : []))
}
