import { checkName, checkText } from '../definition/check-name.ts'
import { defineWorkflow } from '../definition/define-workflow.ts'
import { DefinitionError } from '../errors/definition-error.ts'
import type { InputOf, OutputOf, WorkflowClass } from '../types/workflow-types.ts'
import { workflowScope } from './workflow-scope.ts'

/** Options of `startChild` and `executeChild`. */
export interface ChildOptions<I> {
  readonly input: I
  /** The child's id; default: made of the parent's id and the place of the call. An id that exists already is refused. */
  readonly id?: string
  /** What happens to the child when the parent ends: it is asked to stop, killed, or goes on; default `'stop'`. */
  readonly parentClosePolicy?: 'stop' | 'kill' | 'abandon'
  /** The task queue; default: the child workflow's. */
  readonly queue?: string
}

/** A child execution, as its parent sees it. */
export interface ChildHandle<O> {
  readonly executionId: string
  /**
   * What the child returned, once it has.
   *
   * @throws ChildFailed with the child's error as cause; Cancelled.
   */
  result(): Promise<O>
}

const POLICIES: ReadonlySet<unknown> = new Set(['stop', 'kill', 'abandon'])

/**
 * Starts another workflow as a child, once however often this one is replayed; resolves when it has been started.
 *
 * @throws WrongContext outside a workflow's `run`; ChildFailed if the id is taken; Cancelled; DefinitionError `InvalidName`, `InvalidOption`,
 * `InvalidInput`.
 * @example
 * const shipment = await startChild(Shipment, { input: order, parentClosePolicy: 'abandon' })
 */
export function startChild<C extends WorkflowClass>(workflow: C, options: ChildOptions<InputOf<C>>): Promise<ChildHandle<OutputOf<C>>>
export function startChild(workflow: string, options: ChildOptions<unknown>): Promise<ChildHandle<unknown>>
export async function startChild(workflow: WorkflowClass | string, options: ChildOptions<unknown>): Promise<ChildHandle<unknown>> {
  const { id, parentClosePolicy = 'stop', queue } = options
  const scope = workflowScope('startChild()')
  if (id !== undefined) checkText('execution id', id)
  if (queue !== undefined) checkName('queue', queue)
  if (!POLICIES.has(parentClosePolicy)) {
    throw new DefinitionError('InvalidOption', `'${String(parentClosePolicy)}' is no parentClosePolicy: give 'stop', 'kill' or 'abandon'.`)
  }
  if (typeof workflow === 'string') {
    checkText('workflow', workflow)
    return scope.startChild({ workflow, version: undefined, queue, input: options.input, id, parentClosePolicy })
  }
  const definition = defineWorkflow(workflow)
  const input = parseInput(definition.name, definition.input?.safeParse(options.input), options.input)
  return scope.startChild({
    workflow: definition.name, version: definition.version, queue: queue ?? definition.queue, input, id, parentClosePolicy,
  })
}

/**
 * Starts a child and waits for its result.
 *
 * @throws as `startChild`, and ChildFailed.
 * @example const parcel = await executeChild(Shipment, { input: order })
 */
export function executeChild<C extends WorkflowClass>(workflow: C, options: ChildOptions<InputOf<C>>): Promise<OutputOf<C>>
export function executeChild(workflow: string, options: ChildOptions<unknown>): Promise<unknown>
export async function executeChild(workflow: WorkflowClass | string, options: ChildOptions<unknown>): Promise<unknown> {
  const child = await startChild(workflow as string, options)
  return child.result()
}

function parseInput(
  workflow: string,
  parsed: { readonly success: boolean; readonly data?: unknown; readonly error?: Error | undefined } | undefined,
  given: unknown,
): unknown {
  if (!parsed) return given
  if (parsed.success) return parsed.data
  throw new DefinitionError('InvalidInput', `The input of child workflow '${workflow}' does not fit its schema: ${parsed.error?.message}`)
}
