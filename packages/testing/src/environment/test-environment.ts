import type { Call, Log, MethodName, ReturnOf, StartOptions, WithStart, WorkflowEntry } from '@baton/runtime'
import { encode, ExecutionNotFound, installGuard, register, type Registered, toFailure } from '@baton/runtime/core'
import { ApplicationError, type AttributesOf, BatonError, type Duration, type InputOf, type OutputOf, parseDuration, type WorkflowClass } from '@baton/sdk'
import { type StepCall, Calls } from '../mocks/calls.ts'
import { assertStep, Mocks } from '../mocks/mocks.ts'
import type { MockOptions } from '../mocks/mock.ts'
import { StepMock } from '../mocks/step-mock.ts'
import type { StepArgs, StepName, StepOutput } from '../mocks/step-types.ts'
import { WorkflowMock } from '../mocks/workflow-mock.ts'
import { Drive } from './drive.ts'
import { Engine } from './engine.ts'
import { Messages } from './messages.ts'
import type { RecordedExecution } from './recorded-execution.ts'
import { Starts } from './starts.ts'
import { type Surroundings, TestHandle } from './test-handle.ts'
import { watchTriggers } from './triggers.ts'
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
  /**
   * Whether each execution is dropped from memory and brought back from its log after each turn, as if its worker had changed:
   * code that a replay cannot repeat shows. Default `false`.
   */
  readonly replayEveryTurn?: boolean
}

/** Options of `start`. */
type TestStart<C extends WorkflowClass> = Omit<StartOptions<InputOf<C>, AttributesOf<C>>, 'transaction'>

const START = Date.UTC(2026, 0, 1)

/**
 * Runs workflows in memory and in virtual time, on production's core: the same ids, retries, checks, errors and histories. Triggers
 * start executions as time comes to their ticks.
 *
 * @throws DefinitionError, RegistrationFailed, as a worker's start.
 * @example
 * await using env = new TestEnvironment({ workflows: [OrderWorkflow] })
 * env.mock(OrderWorkflow, 'charge').fails(new Error('down'), { times: 2 }).returns('receipt')
 * expect(await env.execute(OrderWorkflow, { input: order })).toBe('receipt')
 */
export class TestEnvironment {
  readonly #clock: VirtualClock
  readonly #mocks = new Mocks()
  readonly #calls = new Calls()
  readonly #engine: Engine
  readonly #drive: Drive
  readonly #starts: Starts
  readonly #messages: Messages
  readonly #surroundings: Surroundings
  readonly #guard: Disposable

  constructor({ workflows, start, time = 'auto', log = () => {}, replayEveryTurn = false }: TestEnvironmentOptions) {
    const registry = register(workflows, undefined)
    this.#clock = new VirtualClock(start?.getTime() ?? START)
    this.#engine = new Engine({
      registry, clock: this.#clock, mocks: this.#mocks, calls: this.#calls, log, replayEveryTurn,
    })
    watchTriggers(registry, this.#clock, this.#engine)
    this.#drive = new Drive(this.#engine, this.#clock, time === 'auto')
    this.#starts = new Starts(registry, this.#engine)
    this.#messages = new Messages(this.#engine, this.#drive)
    this.#surroundings = { engine: this.#engine, drive: this.#drive, messages: this.#messages }
    this.#guard = installGuard()
  }

  /**
   * Starts an execution, once for an id. Without an id it gets one that is the same in every run of the test: `order-1`.
   *
   * @throws InvalidInput, InvalidAttributes, ExecutionIdReused, InvalidExecutionId, PayloadNotSerializable, PayloadTooLarge; TestingError
   * `UnknownWorkflow`; WrongContext once the environment is closed.
   */
  async start<C extends WorkflowClass>(workflow: C, options: TestStart<C>): Promise<TestHandle<OutputOf<C>, InstanceType<C>>> {
    return this.#handleOf(this.#starts.start('start()', workflow, options))
  }

  /**
   * Starts an execution and waits for its result.
   *
   * @throws as `start`, and ExecutionFailed.
   */
  async execute<C extends WorkflowClass>(workflow: C, options: TestStart<C>): Promise<OutputOf<C>> {
    const handle = await this.start(workflow, options)
    return handle.result()
  }

  /**
   * The handle of an execution that was started.
   *
   * @throws ExecutionNotFound.
   */
  handle<C extends WorkflowClass>(workflow: C, id: string): TestHandle<OutputOf<C>, InstanceType<C>> {
    const { name } = this.#get(workflow).definition
    const found = this.#engine.executions.get(id)
    if (found?.workflow.definition.name !== name) throw new ExecutionNotFound(id)
    return this.#handleOf(found)
  }

  /**
   * The executions of a workflow so far, children too, in the order in which they were started.
   *
   * @throws TestingError `UnknownWorkflow`.
   * @example const [shipment] = env.executions(Shipment)
   */
  executions<C extends WorkflowClass>(workflow: C): readonly TestHandle<OutputOf<C>, InstanceType<C>>[] {
    const { name } = this.#get(workflow).definition
    const found = [...this.#engine.executions.values()].filter((each) => each.workflow.definition.name === name)
    return found.map((each) => this.#handleOf(each))
  }

  /**
   * Starts an execution unless its id exists, and sends it a signal.
   *
   * @throws as `start` and `TestHandle.signal`, but an execution that exists may have another input.
   * @example await env.signalWithStart(Cart, { id: 'cart-42', input: {}, signal: { name: 'add', args: [item] } })
   */
  async signalWithStart<C extends WorkflowClass, K extends MethodName<InstanceType<C>>>(
    workflow: C, { signal, ...options }: WithStart<C> & { readonly signal: Call<InstanceType<C>, K> },
  ): Promise<TestHandle<OutputOf<C>, InstanceType<C>>> {
    const execution = this.#starts.startFor('signalWithStart()', workflow, options, { kind: 'signal', ...signal })
    this.#messages.signal(execution, signal.name, signal.args, signal.id ?? this.#messages.nextId())
    return this.#handleOf(execution)
  }

  /**
   * Starts an execution unless its id exists, sends it an update, and waits for the answer.
   *
   * @throws as `start` and `TestHandle.update`, but an execution that exists may have another input.
   * @example const total = await env.updateWithStart(Cart, { id: 'cart-42', input: {}, update: { name: 'add', args: [item] } })
   */
  async updateWithStart<C extends WorkflowClass, K extends MethodName<InstanceType<C>>>(
    workflow: C, { update, ...options }: WithStart<C> & { readonly update: Call<InstanceType<C>, K> },
  ): Promise<ReturnOf<InstanceType<C>, K>> {
    const execution = this.#starts.startFor('updateWithStart()', workflow, options, { kind: 'update', ...update })
    const answer = await this.#messages.update(execution, update.name, update.args, update.id ?? this.#messages.nextId())
    return answer as ReturnOf<InstanceType<C>, K>
  }

  /**
   * Ends the wait of a token that `externalToken()` or `approval()` has made; lets run what can run at this time before.
   *
   * @throws InvalidToken, ExecutionNotFound, ExecutionEnded, PayloadNotSerializable, PayloadTooLarge.
   * @example await env.complete(token, { approved: true })
   */
  async complete(token: string, value: unknown): Promise<void> {
    await this.#messages.complete(token, { output: encode('The value of the token', value) })
  }

  /**
   * Ends the wait of a token with a failure, which the workflow gets as an ApplicationError.
   *
   * @throws as `complete`.
   * @example await env.fail(token, new ApplicationError('Declined'))
   */
  async fail(token: string, error: Error): Promise<void> {
    const failure = error instanceof BatonError ? error : new ApplicationError(error.message, { type: error.name, cause: error })
    await this.#messages.complete(token, { failure: toFailure(failure) })
  }

  /**
   * Makes an appointment: `act` is called when time comes to `when`, a moment or so long from now. It sends messages, and awaits
   * nothing that takes virtual time. What it throws is an unhandled rejection.
   *
   * @throws DefinitionError `InvalidDuration`.
   * @example env.at('3d', () => handle.signal('approve', 'ann'))
   */
  at(when: Duration | Date, act: () => unknown): void {
    const dueAt = when instanceof Date ? when.getTime() : this.#clock.now + parseDuration(when)
    this.#clock.set(dueAt, () => void (async () => act())())
  }

  /**
   * The worker of an execution dies at this moment: what it had in memory is gone, bodies of steps that run see their signal fire
   * and are run again, and another worker goes on from the log.
   *
   * @throws ExecutionNotFound.
   */
  crash({ id }: { readonly id: string }): void {
    const execution = this.#engine.executions.get(id)
    if (!execution) throw new ExecutionNotFound(id)
    this.#engine.crash(execution)
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
   * Mocks a workflow: executions that are started from now on, children above all, run `body` instead; without, say what happens on
   * the mock. Asked again it is the same mock.
   *
   * @throws TestingError `UnknownWorkflow`; DefinitionError `InvalidOption`, `InvalidDuration`.
   * @example env.mockWorkflow(Shipment).returns('shipped', { delay: '2d' })
   */
  mockWorkflow<C extends WorkflowClass>(
    workflow: C, body?: (input: InputOf<C>) => Promise<OutputOf<C>>, options?: MockOptions,
  ): WorkflowMock<InputOf<C>, OutputOf<C>> {
    const mock = new WorkflowMock<InputOf<C>, OutputOf<C>>(this.#mocks.ofWorkflow(this.#get(workflow).definition.name))
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
    this.#starts.close()
    this.#drive.close()
    this.#engine.close()
    this.#guard[Symbol.dispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #handleOf<O, T>(execution: RecordedExecution): TestHandle<O, T> {
    return new TestHandle(execution, this.#surroundings)
  }

  #get(workflow: WorkflowClass): Registered {
    return this.#starts.workflow(workflow)
  }
}
