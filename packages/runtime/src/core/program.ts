import { ContinueAsNew, type WorkflowDefinition } from '@baton/sdk/host'
import { BatonError, CompensationFailed } from '@baton/sdk'
import { noBehaviour } from './behaviour.ts'
import { ClassBehaviour, describeIssues, type Methods } from './class-behaviour.ts'
import { runDeclarative } from './declarative.ts'
import type { Execution, Program } from './execution.ts'
import { awaitEnd } from './promises.ts'

const EXECUTION = Symbol('baton.execution')

interface Bound {
  [EXECUTION]?: Execution
}

/** What `run` returned does not fit the workflow's output schema. */
export class InvalidOutput extends BatonError {
  static override readonly kind = 'InvalidOutput'

  constructor(workflow: string, issues: string) {
    super('InvalidOutput', `The result of workflow '${workflow}' does not fit its output schema: ${issues}`)
  }
}

/** An instance could not be made for an execution: trouble of this worker, not the execution's failure. */
export class FactoryFailed extends BatonError {
  static override readonly kind = 'FactoryFailed'

  constructor(workflow: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super('FactoryFailed', `An instance of workflow '${workflow}' could not be made: ${why}`, { cause })
  }
}

/**
 * The program of a definition: `run` on a fresh instance whose step methods ask the execution instead of doing the work,
 * or the declared graph.
 */
export function programOf(definition: WorkflowDefinition, create: () => object): Program {
  const body = checked(definition, definition.kind === 'declarative' ? declared(definition) : imperative(definition, create))
  const undoes = [...definition.steps.values()].some(({ compensate }) => compensate !== undefined)
  return undoes ? compensated(body) : body
}

function checked(definition: WorkflowDefinition, body: Program): Program {
  const { output } = definition
  if (!output) return body
  return async (execution, input) => {
    const parsed = output.safeParse(await body(execution, input))
    if (parsed.success) return parsed.data
    throw new InvalidOutput(definition.name, describeIssues(parsed.error))
  }
}

/** What has been done is undone before the execution fails. */
function compensated(body: Program): Program {
  return async (execution, input) => {
    try {
      const output = await body(execution, input)
      await awaitEnd()
      if (execution.handlerError) throw execution.handlerError.error
      return output
    } catch (thrown) {
      await awaitEnd()
      const error = execution.failureBy(thrown)
      if (error instanceof ContinueAsNew) throw error
      await execution.requests.drain(execution.root)
      const failures = await execution.requests.compensate(execution.root)
      if (failures.length === 0) throw error
      throw new CompensationFailed(execution.handlerError?.error ?? error, failures.map(({ step, error: why }) => ({ step, error: why instanceof Error ? why : new Error(String(why)) })))
    }
  }
}

function declared(definition: WorkflowDefinition): Program {
  return (execution, input) => {
    execution.behave({ ...noBehaviour, step: (name) => definition.steps.get(name) })
    return runDeclarative(definition, (step, args) => execution.step(step, args), input)
  }
}

function imperative(definition: WorkflowDefinition, create: () => object): Program {
  const stubs = stubPrototype(definition)
  return (execution, input) => {
    const instance = make(definition.name, create) as Bound & { run(input: unknown): Promise<unknown> }
    Object.setPrototypeOf(instance, stubs)
    Object.defineProperty(instance, EXECUTION, { value: execution, enumerable: false })
    execution.behave(new ClassBehaviour(definition, instance as unknown as Methods))
    return Promise.resolve(instance.run(input))
  }
}

function make(workflow: string, create: () => object): object {
  try {
    return create()
  } catch (error) {
    throw new FactoryFailed(workflow, error)
  }
}

/** The class's prototype with each step method replaced, so that `this.charge(order)` in `run` is a command. */
function stubPrototype(definition: WorkflowDefinition): object {
  const stubs = Object.create(definition.type.prototype as object) as Record<string, unknown>
  for (const step of definition.steps.values()) {
    stubs[step.name] = function stub(this: Bound, ...args: unknown[]): Promise<unknown> {
      const execution = this[EXECUTION]
      if (!execution) throw new TypeError(`Step '${step.name}' was called on an object that belongs to no execution.`)
      return execution.step(step, args)
    }
  }
  return stubs
}
