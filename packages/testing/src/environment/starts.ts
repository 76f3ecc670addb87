// Owns: how executions of an environment come into being: by the client's rules and with its errors.
import type { StartOptions } from '@baton/runtime'
import { assertSameStart, checkId, encode, parseInput, type Registered, type Registry } from '@baton/runtime/core'
import { type WorkflowClass, WrongContext } from '@baton/sdk'
import { defineWorkflow, storeAttributes } from '@baton/sdk/host'
import { TestingError } from '../testing-error.ts'
import { checkCall } from './check-call.ts'
import type { Engine } from './engine.ts'
import type { RecordedExecution, StartedWith } from './recorded-execution.ts'

/** What an execution is started with. */
type Start = Omit<StartOptions<unknown>, 'transaction'>

/** A message that comes with a start. */
interface First {
  readonly kind: 'signal' | 'update'
  readonly name: string
  readonly args: readonly unknown[]
}

export class Starts {
  readonly #registry: Registry
  readonly #engine: Engine
  #ids = 0
  #closed = false

  constructor(registry: Registry, engine: Engine) {
    this.#registry = registry
    this.#engine = engine
  }

  /** Nothing is started any more. */
  close(): void {
    this.#closed = true
  }

  /** @throws TestingError `UnknownWorkflow`. */
  workflow(type: WorkflowClass): Registered {
    const { name, version } = defineWorkflow(type)
    const registered = this.#registry.get(name, version)
    if (registered?.definition.type === type) return registered
    throw new TestingError('UnknownWorkflow', `The test environment was not given the class of workflow '${name}'; add it to 'workflows'.`)
  }

  /** The execution of this id, which must be the same; it is started if there is none. `what` is the caller's, for its error. */
  start(what: string, type: WorkflowClass, options: Start): RecordedExecution {
    const { execution, again } = this.#find(what, type, options)
    if (again === undefined) return execution
    const workflow = this.workflow(type).definition.name
    assertSameStart(execution.id, { workflow: execution.workflow.definition.name, input: execution.input }, { workflow, input: again.input })
    return execution
  }

  /** The execution of this id, whatever it was started with; it is started if there is none and the message is one it may get. */
  startFor(what: string, type: WorkflowClass, options: Start, { kind, name, args }: First): RecordedExecution {
    checkCall(this.workflow(type).definition, kind, name, args)
    return this.#find(what, type, options).execution
  }

  /** `again`: what it was to be started with, where it had been started before. */
  #find(what: string, type: WorkflowClass, { input, id, attributes, memo }: Start): { readonly execution: RecordedExecution; readonly again?: StartedWith } {
    if (this.#closed) throw new WrongContext(`${what} was called on a test environment that is closed.`)
    const registered = this.workflow(type)
    const { name, input: schema, attributes: declared } = registered.definition
    const chosen = id ?? this.#nextId(name)
    checkId(chosen)
    const given: StartedWith = {
      input: encode(`The input of workflow '${name}'`, parseInput(name, schema, input)),
      attributes: storeAttributes(name, declared, attributes ?? {}),
      memo: encode(`The memo of execution '${chosen}'`, memo),
      start: {},
    }
    const found = this.#engine.executions.get(chosen)
    return found ? { execution: found, again: given } : { execution: this.#engine.start(chosen, registered, given) }
  }

  #nextId(workflow: string): string {
    let id: string
    do id = `${workflow}-${++this.#ids}`
    while (this.#engine.executions.has(id))
    return id
  }
}
