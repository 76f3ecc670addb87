import { DefinitionError } from '../errors/definition-error.ts'
import { parseDuration } from '../types/duration.ts'
import type { AttributeTypes } from '../types/attributes.ts'
import type { StepOptions, WorkflowOptions } from '../types/options.ts'
import type { Trigger } from '../triggers/cron.ts'
import type { WorkflowClass } from '../types/workflow-types.ts'
import { checkCompensation } from './check-compensation.ts'
import { checkGraph } from './check-graph.ts'
import { checkName } from './check-name.ts'
import { defineAttributes } from './define-attributes.ts'
import { defineStep } from './define-step.ts'
import { defineHandlers } from './define-handlers.ts'
import { allMembers, type Members, readWorkflow } from './metadata.ts'
import type { StepDefinition, WorkflowDefinition } from './workflow-definition.ts'

const definitions = new WeakMap<object, WorkflowDefinition>()

/**
 * The definition of a decorated class, checked and with every default filled in.
 *
 * @throws DefinitionError as `@Workflow` does, and `NotAWorkflow` if the class bears no `@Workflow`.
 */
export function defineWorkflow(type: WorkflowClass): WorkflowDefinition {
  const known = definitions.get(type)
  if (known) return known
  const options = readWorkflow(type)
  if (!options) {
    const name = (type as { name?: string }).name || 'The class'
    throw new DefinitionError('NotAWorkflow', `${name} has no @Workflow decorator of its own.`)
  }
  const definition = collect(type, options)
  definitions.set(type, definition)
  return definition
}

function collect(type: WorkflowClass, options: WorkflowOptions): WorkflowDefinition {
  checkName('workflow', options.name)
  const queue = options.queue ?? 'default'
  checkName('queue', queue)
  const members = allMembers(type)
  const imperative = members.runs.size > 0
  const steps = new Map<string, StepDefinition>()
  checkRun(options.name, members)
  const compensations = new Set([...members.steps.values()].map(({ compensate }) => compensate))
  for (const [name, step] of members.steps) {
    steps.set(name, defineStep({ workflow: options.name, queue, isCompensation: compensations.has(name) }, name, step))
  }
  if (!imperative && steps.size === 0) {
    throw new DefinitionError('NoSteps', `Workflow '${options.name}' has neither a method decorated with @Run nor a @Step.`)
  }
  checkCompensation(options.name, steps)
  if (imperative) refuseGraphOptions(options.name, members.steps)
  else checkGraph(options.name, steps)
  let attributes: AttributeTypes | undefined
  return Object.freeze({
    name: options.name,
    version: options.version ?? '1',
    queue,
    kind: imperative ? 'imperative' : 'declarative',
    type,
    input: options.input,
    output: options.output,
    steps,
    ...defineHandlers(options.name, type, members),
    triggers: defineTriggers(options),
    timeoutMs: options.timeout === undefined ? undefined : parseDuration(options.timeout),
    runTimeoutMs: options.runTimeout === undefined ? undefined : parseDuration(options.runTimeout),
    get attributes() {
      return (attributes ??= defineAttributes(options.name, type))
    },
  })
}

function defineTriggers({ name, triggers = [] }: WorkflowOptions): readonly Trigger[] {
  for (const [at, trigger] of triggers.entries()) {
    if (triggers.findIndex((other) => other.name === trigger.name) < at) {
      throw new DefinitionError('InvalidTrigger', `Workflow '${name}' has two triggers called '${trigger.name}'; give one of them another name.`)
    }
  }
  return Object.freeze([...triggers])
}

function checkRun(workflow: string, { runs, steps }: Members): void {
  for (const name of runs) {
    if (name !== 'run') {
      throw new DefinitionError('InvalidOption', `${workflow}.${name} has @Run, but the program of a workflow is its method 'run'; rename it.`)
    }
    if (steps.has(name)) {
      throw new DefinitionError('InvalidOption', `${workflow}.run has both @Run and @Step; a program is no step. Drop one of them.`)
    }
  }
}

function refuseGraphOptions(workflow: string, steps: ReadonlyMap<string, StepOptions>): void {
  for (const [name, { after, when, onFailure, join }] of steps) {
    if (after ?? when ?? onFailure ?? join) {
      throw new DefinitionError(
        'RunWithAfter',
        `${workflow}.${name} says after, when, join or onFailure, but the workflow has @Run: the order is what run says. Drop the option or @Run.`,
      )
    }
  }
}
