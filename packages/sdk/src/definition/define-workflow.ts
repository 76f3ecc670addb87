import { DefinitionError } from '../errors/definition-error.ts'
import { parseDuration } from '../types/duration.ts'
import type { StepOptions, WorkflowOptions } from '../types/options.ts'
import type { WorkflowClass } from '../types/workflow-types.ts'
import { checkGraph } from './check-graph.ts'
import { allMembers, type Members, readWorkflow } from './metadata.ts'
import type { RetryDefinition, StepDefinition, WorkflowDefinition } from './workflow-definition.ts'

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/
/** What a command's identity and an idempotency key can be made of: `#` and `/` mean something there. */
const STEP_NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$.-]{0,99}$/u
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
  for (const [name, step] of members.steps) steps.set(name, defineStep(options.name, name, step, queue))
  if (!imperative && steps.size === 0) {
    throw new DefinitionError('NoSteps', `Workflow '${options.name}' has neither a method decorated with @Run nor a @Step.`)
  }
  if (imperative) refuseGraphOptions(options.name, members.steps)
  else checkGraph(options.name, steps)
  return Object.freeze({
    name: options.name,
    version: options.version ?? '1',
    queue,
    kind: imperative ? 'imperative' : 'declarative',
    type,
    input: options.input,
    output: options.output,
    steps,
  })
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

function defineStep(workflow: string, name: string, options: StepOptions, queue: string): StepDefinition {
  if (!STEP_NAME.test(name) || name === 'constructor') {
    throw new DefinitionError(
      'InvalidName',
      `'${name}' of workflow '${workflow}' is no name for a step: give an identifier of at most 100 characters, other than 'constructor'.`,
    )
  }
  checkName('queue', options.queue ?? queue)
  return Object.freeze({
    name,
    retry: defineRetry(`${workflow}.${name}`, options),
    timeoutMs: options.timeout === undefined ? undefined : parseDuration(options.timeout),
    queue: options.queue ?? queue,
    prefer: options.prefer ?? 'local',
    after: Object.freeze([...(options.after ?? [])]),
    join: options.join ?? 'all',
    when: options.when,
    onFailure: options.onFailure ?? 'fail_after_running',
  })
}

function defineRetry(where: string, { retry = {} }: StepOptions): RetryDefinition {
  const { maxAttempts = 3, backoff = 2 } = retry
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 1_000_000) {
    throw new DefinitionError('InvalidOption', `${where}: retry.maxAttempts is ${maxAttempts}; give a whole number from 1 to 1,000,000.`)
  }
  if (!(backoff >= 1 && backoff <= 100)) {
    throw new DefinitionError('InvalidOption', `${where}: retry.backoff is ${backoff}; give a number from 1 to 100.`)
  }
  return Object.freeze({
    maxAttempts,
    delayMs: parseDuration(retry.delay ?? '1s'),
    backoff,
    maxDelayMs: parseDuration(retry.maxDelay ?? '1m'),
    nonRetryable: Object.freeze([...(retry.nonRetryable ?? [])]),
  })
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

function checkName(what: string, name: string): void {
  if (!NAME.test(name)) {
    throw new DefinitionError(
      'InvalidName',
      `'${name}' is no name for a ${what}: begin with a letter, go on with letters, digits, '.', '_' or '-', at most 100.`,
    )
  }
}
