import type { Log, StartOptions, WorkflowEntry } from '@baton/runtime'
import { assertSameStart, checkId, encode, ExecutionNotFound, installGuard, parseInput, register, type Registered } from '@baton/runtime/core'
import { type AttributesOf, type Duration, type InputOf, type OutputOf, parseDuration, type WorkflowClass, WrongContext } from '@baton/sdk'
import { defineWorkflow, storeAttributes } from '@baton/sdk/host'
import { type StepCall, Calls } from '../mocks/calls.ts'
import { assertStep, Mocks } from '../mocks/mocks.ts'
import { StepMock, type MockOptions } from '../mocks/step-mock.ts'
import type { StepArgs, StepName, StepOutput } from '../mocks/step-types.ts'
import { TestingError } from '../testing-error.ts'
import { Drive } from './drive.ts'
import { Engine } from './engine.ts'
import type { StartedWith } from './recorded-execution.ts'
import { TestHandle } from './test-handle.ts'
import { VirtualClock } from './virtual-clock.ts'

/** Options of a test environment. */
export interface TestEnvironmentOptions {
  /** The workflows it runs; `{ workflow, create }` where the constructor takes arguments. */
  readonly workflows: readonly (WorkflowClass | WorkflowEntry)[]
  /** What time it is at first; default 2026-01-01T00:00:00Z. */
  readonly start?: Date
  /**
   * `'auto'`: while a result is awaited and nothing can run, time goes on to the next timer, retry or delay by itself.
   * `'manual'`: only `advance` moves it. Default `'auto'`.
   */
  readonly time?: 'auto' | 'manual'
  /** Takes what steps log; default: nobody. */
  readonly log?: Log
}

const START = Date.UTC(2026, 0, 1)

/**
 * Runs workflows in memory and in virtual time, on production's core: the same ids, retries, checks, errors and histories.
 *
 * @throws DefinitionError, RegistrationFailed, as a worker's start.
 * @example
 * await using env = new TestEnvironment({ workflows: [OrderWorkflow] })
 * env.mock(OrderWorkflow, 'charge').fails(new Error('down'), { times: 2 }).returns('receipt')
 * expect(await env.execute(OrderWorkflow, { input: order })).toBe('receipt')
 */
export class TestEnvironment {
  readonly #registry: ReadonlyMap<string, Registered>
  readonly #clock: VirtualClock
  readonly #mocks = new Mocks()
  readonly #calls = new Calls()
  readonly #engine: Engine
  readonly #drive: Drive
  readonly #guard: Disposable
  #ids = 0
  #closed = false

  constructor({ workflows, start, time = 'auto', log = () => {} }: TestEnvironmentOptions) {
    this.#registry = register(workflows, undefined)
    this.#clock = new VirtualClock(start?.getTime() ?? START)
    this.#engine = new Engine({ clock: this.#clock, mocks: this.#mocks, calls: this.#calls, log })
    this.#drive = new Drive(this.#engine, this.#clock, time === 'auto')
    this.#guard = installGuard()
  }

  /**
   * Starts an execution, once for an id. Without an id it gets one that is the same in every run of the test: `order-1`.
   *
   * @throws InvalidInput, InvalidAttributes, ExecutionIdReused, InvalidExecutionId, PayloadNotSerializable, PayloadTooLarge; TestingError
   * `UnknownWorkflow`; WrongContext once the environment is closed.
   */
  async start<C extends WorkflowClass>(workflow: C, { input, id, attributes, memo }: Omit<StartOptions<InputOf<C>, AttributesOf<C>>, 'transaction'>): Promise<TestHandle<OutputOf<C>>> {
    if (this.#closed) throw new WrongContext('start() was called on a test environment that is closed.')
    const registered = this.#get(workflow)
    const { name, input: schema, attributes: declared } = registered.definition
    const chosen = id ?? this.#nextId(name)
    checkId(chosen)
    const encoded = encode(`The input of workflow '${name}'`, parseInput(name, schema, input))
    const given: StartedWith = {
      input: encoded,
      attributes: storeAttributes(name, declared, attributes ?? {}),
      memo: encode(`The memo of execution '${chosen}'`, memo),
    }
    const found = this.#engine.executions.get(chosen)
    if (found) assertSameStart(chosen, { workflow: found.workflow.definition.name, input: found.input }, { workflow: name, input: encoded })
    return new TestHandle(found ?? this.#engine.start(chosen, registered, given), this.#engine, this.#drive)
  }

  /**
   * Starts an execution and waits for its result.
   *
   * @throws as `start`, and ExecutionFailed.
   */
  async execute<C extends WorkflowClass>(workflow: C, options: Omit<StartOptions<InputOf<C>, AttributesOf<C>>, 'transaction'>): Promise<OutputOf<C>> {
    const handle = await this.start(workflow, options)
    return handle.result()
  }

  /**
   * The handle of an execution that was started.
   *
   * @throws ExecutionNotFound.
   */
  handle<C extends WorkflowClass>(workflow: C, id: string): TestHandle<OutputOf<C>> {
    const { name } = this.#get(workflow).definition
    const found = this.#engine.executions.get(id)
    if (found?.workflow.definition.name !== name) throw new ExecutionNotFound(id)
    return new TestHandle(found, this.#engine, this.#drive)
  }

  /** What time it is, in virtual time. */
  now(): Date {
    return new Date(this.#clock.now)
  }

  /**
   * Moves time on, moment by moment through everything that is due; before each move all that can run has run.
   *
   * @throws DefinitionError `InvalidDuration`.
   * @example await env.advance('1h')
   */
  advance(duration: Duration): Promise<void> {
    return this.#drive.advance(parseDuration(duration))
  }

  /** Lets run all that can run without time passing, step bodies to their end. */
  settle(): Promise<void> {
    return this.#engine.rest()
  }

  /**
   * Mocks a step: with `body`, that runs in its place; without, say what happens on the mock. Asked again it is the same mock.
   *
   * @throws TestingError `UnknownStep`, `UnknownWorkflow`; DefinitionError `InvalidOption`, `InvalidDuration`.
   * @example env.mock(OrderWorkflow, 'charge', async (order) => `receipt of ${order.id}`)
   */
  mock<C extends WorkflowClass, K extends StepName<C>>(
    workflow: C,
    step: K,
    body?: (...args: StepArgs<C, K>) => Promise<StepOutput<C, K>>,
    options?: MockOptions,
  ): StepMock<StepArgs<C, K>, StepOutput<C, K>> {
    const mock = new StepMock<StepArgs<C, K>, StepOutput<C, K>>(this.#mocks.of(this.#get(workflow).definition, step))
    return body ? mock.runs(body, options) : mock
  }

  /**
   * The attempts of a step so far, of all executions, mocked or not, in the order they began.
   *
   * @throws TestingError `UnknownStep`, `UnknownWorkflow`.
   */
  calls<C extends WorkflowClass, K extends StepName<C>>(workflow: C, step: K): readonly StepCall<StepArgs<C, K>>[] {
    const { definition } = this.#get(workflow)
    assertStep(definition, step)
    // The class says what the workflow gave.
    return this.#calls.of(definition.name, step) as readonly StepCall<StepArgs<C, K>>[]
  }

  /** Ends the environment: nothing runs on, and running bodies see their AbortSignal fire. */
  async close(): Promise<void> {
    this.#closed = true
    this.#drive.close()
    this.#engine.close()
    this.#guard[Symbol.dispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #get(workflow: WorkflowClass): Registered {
    const { name } = defineWorkflow(workflow)
    const registered = this.#registry.get(name)
    if (registered?.definition.type === workflow) return registered
    throw new TestingError('UnknownWorkflow', `The test environment was not given the class of workflow '${name}'; add it to 'workflows'.`)
  }

  #nextId(workflow: string): string {
    let id: string
    do id = `${workflow}-${++this.#ids}`
    while (this.#engine.executions.has(id))
    return id
  }
}
