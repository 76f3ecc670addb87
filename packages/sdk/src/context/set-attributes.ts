import { defineWorkflow } from '../definition/define-workflow.ts'
import { storeAttributes } from '../definition/store-attributes.ts'
import { WrongContext } from '../errors/step-errors.ts'
import type { AttributesOf } from '../types/attributes.ts'
import type { WorkflowClass } from '../types/workflow-types.ts'
import { workflowScope } from './workflow-scope.ts'

/** Attributes to set; null removes one. */
export type AttributeChanges<C extends WorkflowClass> = { readonly [K in keyof AttributesOf<C>]?: AttributesOf<C>[K] | null }

/**
 * Sets search attributes of this execution, and leaves the others; `null` removes one. They are found by from the commit on
 * that has what led here, and never set again by a replay.
 *
 * The class is the execution's own: it says which attributes there are.
 *
 * @throws WrongContext outside of the `run` of that class; InvalidAttributes, and then nothing is set.
 * @example setAttributes(OrderWorkflow, { status: 'packed', total: order.total })
 */
export function setAttributes<C extends WorkflowClass>(workflow: C, attributes: AttributeChanges<C>): void {
  const scope = workflowScope('setAttributes()')
  const { name, attributes: declared } = defineWorkflow(workflow)
  if (scope.info.workflow !== name) {
    throw new WrongContext(`setAttributes() was called with the class of workflow '${name}' in an execution of workflow '${scope.info.workflow}'; give it its own class.`)
  }
  const stored = storeAttributes(name, declared, attributes, true)
  if (Object.keys(stored).length > 0) scope.setAttributes(stored)
}
