// Owns: the attempts of steps: which body runs, the mock's or the step's own, after how much virtual time, and how it is stopped.
import { type AbortCommand, type Actor, type Input, type Log, type StepCommand, type StepHost, StepSlots, toFailure } from '@baton/runtime/core'
import { Cancelled, StepTimedOut, type StepTimeoutKind } from '@baton/sdk'
import type { StepDefinition } from '@baton/sdk/host'
import type { Body } from '../mocks/behaviours.ts'
import type { Calls } from '../mocks/calls.ts'
import type { Mocks } from '../mocks/mocks.ts'
import type { RecordedExecution } from './recorded-execution.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface StepBodiesOptions {
  readonly clock: VirtualClock
  readonly mocks: Mocks
  readonly calls: Calls
  readonly log: Log
  /** The outcome of an attempt. */
  readonly done: (execution: RecordedExecution, input: Input) => void
  readonly published: (execution: string, act: (execution: RecordedExecution) => void) => void
}

export class StepBodies {
  readonly #options: StepBodiesOptions
  readonly #slots: StepSlots
  #bodyEnded = Promise.withResolvers<void>()

  constructor(options: StepBodiesOptions) {
    this.#options = options
    const { clock, log, published } = options
    const host: StepHost = {
      log,
      heartbeat() {},
      ended() {},
      withdrawn() {},
      publish: async (item) => published(item.execution, ({ streams }) => streams.publish(item, clock.now)),
      closeStream: async ({ execution, stream }) => published(execution, ({ streams }) => streams.close(stream)),
    }
    this.#slots = new StepSlots(Number.POSITIVE_INFINITY, host, () => {
      this.#bodyEnded.resolve()
      this.#bodyEnded = Promise.withResolvers()
    })
  }

  /** Whether bodies run. */
  get busy(): boolean {
    return this.#slots.running > 0
  }

  /** Resolves when the next body has ended. */
  ended(): Promise<void> {
    return this.#bodyEnded.promise
  }

  /** Begins an attempt that is due. */
  attempt(execution: RecordedExecution, command: StepCommand): void {
    const { clock, mocks, calls } = this.#options
    const { id, attempt, args, step } = command
    const workflow = execution.workflow.definition.name
    const isMock = execution.mockDelayMs !== undefined
    const { body, delayMs } = isMock ? { body: undefined, delayMs: execution.mockDelayMs } : mocks.take(workflow, step.name)
    if (!isMock) calls.record(workflow, step.name, { executionId: execution.id, command: id, attempt, args, at: clock.now })
    const limit = limitOf(step)
    if (limit && delayMs > limit.ms) {
      const failure = toFailure(new StepTimedOut(step.name, limit.ms, limit.kind))
      this.#after(execution, id, limit.ms, () => this.#end(execution, { kind: 'failed', command: id, attempt, failure }))
    } else if (delayMs > 0) {
      this.#after(execution, id, delayMs, () => this.#run(execution, command, body))
    } else {
      this.#run(execution, command, body)
    }
  }

  /** The execution does not want an attempt any more, or wants to know how it ends. */
  abort(execution: RecordedExecution, actor: Actor, { id, waits }: AbortCommand): void {
    const waited = actor.hasAlarm(id) // for a retry that was due later
    actor.cancelAlarm(id)
    const delay = execution.inHand.get(id)?.delay
    delay?.cancel()
    const error = new Cancelled('the execution does not want it any more')
    const mine = this.#mine(execution, id)
    if (!waits) {
      execution.inHand.delete(id)
      this.#slots.withdraw(error.message, mine)
    } else if (waited || delay || !this.#slots.cancel(error, mine)) {
      const attempt = actor.execution.commands.attemptOf(id) ?? 1
      this.#end(execution, { kind: 'failed', command: id, attempt, failure: toFailure(error) })
    }
  }

  /** Stops all that an execution has in hand; nobody hears how it ends. */
  withdraw(execution: RecordedExecution, why: string): void {
    if (execution.inHand.size === 0) return
    for (const { delay } of execution.inHand.values()) delay?.cancel()
    execution.inHand.clear()
    this.#slots.withdraw(why, this.#mine(execution))
  }

  /** Nothing begins any more; running bodies see their signal fire. */
  close(): void {
    this.#slots.close()
    this.#slots.withdraw('The test environment was closed.', () => true)
  }

  #after(execution: RecordedExecution, command: string, ms: number, act: () => void): void {
    const { clock } = this.#options
    execution.inHand.set(command, { delay: clock.set(clock.now + ms, act) })
  }

  #run(execution: RecordedExecution, { id, attempt, args, step, details }: StepCommand, body: Body | undefined): void {
    const { workflow } = execution
    execution.inHand.set(id, { delay: undefined })
    this.#slots.run({
      workflow: body ? { ...workflow, steps: { [step.name]: body } } : workflow,
      attempt: { execution: execution.id, command: id, step: step.name, attempt, args, details },
      movable: false,
      done: (input) => {
        if (input.kind !== 'posted') this.#end(execution, input) // nothing is posted without a database
      },
    })
  }

  #end(execution: RecordedExecution, input: Input & { readonly command: string }): void {
    execution.inHand.delete(input.command)
    this.#options.done(execution, input)
  }

  #mine({ id }: RecordedExecution, command?: string) {
    return ({ attempt }: { readonly attempt: { readonly execution: string; readonly command: string } }): boolean =>
      attempt.execution === id && (command === undefined || attempt.command === command)
  }
}

/** What a mock's delay, in which it gives no heartbeat, may not exceed. */
function limitOf({ timeoutMs, heartbeatTimeoutMs }: StepDefinition): { readonly ms: number; readonly kind: StepTimeoutKind } | undefined {
  const whole = timeoutMs === undefined ? undefined : ({ ms: timeoutMs, kind: 'attempt' } as const)
  if (heartbeatTimeoutMs === undefined || (whole && whole.ms <= heartbeatTimeoutMs)) return whole
  return { ms: heartbeatTimeoutMs, kind: 'heartbeat' }
}
