// Given a history, when an input comes, then these events and commands: a driver of the core that does what a worker does,
// without one. Events and commands are shown as lines, so that a test reads as the log does.
import { type RetryPolicy, Step, type StepOptions, Workflow } from '@baton/sdk'
import { defineWorkflow, type RetryDefinition, type StepDefinition } from '@baton/sdk/host'
import type { Command } from '../../packages/runtime/src/core/command.ts'
import { completionEvent } from '../../packages/runtime/src/core/completion.ts'
import type { Execution, Program } from '../../packages/runtime/src/core/execution.ts'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import type { Input } from '../../packages/runtime/src/core/input.ts'
import { replay } from '../../packages/runtime/src/core/replay.ts'
import { decode, encode } from '../../packages/runtime/src/payload/codec.ts'
import { toFailure } from '../../packages/runtime/src/payload/failure.ts'
import { bareSetting } from '../../packages/runtime/src/core/setting.ts'
import { currentScope, inScope } from '../../packages/runtime/src/worker/ambient.ts'

/** Ms of the database's clock at which scenarios begin. */
export const T0 = 1_000_000

export interface Turn {
  readonly events: readonly string[]
  readonly commands: readonly string[]
}

/** As `macrotask` of the turn loop: every microtask of the program has run when it resolves. */
export function drain(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export class Scenario {
  readonly execution: Execution
  readonly history: HistoryEvent[]
  now = T0
  #ended = false

  private constructor(execution: Execution, history: readonly HistoryEvent[]) {
    this.execution = execution
    this.history = [...history]
  }

  /** The execution that a history describes; at least it has started. */
  static async given(program: Program, history: readonly HistoryEvent[] = [started()]): Promise<Scenario> {
    const execution = await replay(program, history, drain, { ...bareSetting, enter: inScope, current: currentScope })
    return new Scenario(execution, history)
  }

  /** What the program asks for now. */
  collect(): Turn {
    return this.#show(this.#collect())
  }

  /** Inputs that come in one turn, and what follows from them. */
  async when(...inputs: readonly Input[]): Promise<Turn> {
    const turn: { events: HistoryEvent[]; commands: Command[] } = { events: [], commands: [] }
    for (const input of inputs) {
      const event = this.execution.decide(input, this.now)
      if (!event) continue
      this.history.push(event)
      turn.events.push(event)
      this.execution.deliver(event, this.now)
      let more = true
      while (more) {
        do await drain()
        while (this.execution.settle())
        const collected = this.#collect()
        turn.events.push(...collected.events)
        turn.commands.push(...collected.commands)
        more = collected.more
      }
    }
    return this.#show(turn)
  }

  get log(): readonly string[] {
    return this.history.map(eventLine)
  }

  #collect(): { events: HistoryEvent[]; commands: Command[]; more: boolean } {
    const { events, commands, more } = this.execution.collect(this.now)
    const all = [...events]
    const { completion } = this.execution
    if (completion && !this.#ended) {
      this.#ended = true
      all.push(completionEvent(completion, 'flow'))
    }
    this.history.push(...all)
    return { events: all, commands: [...commands], more }
  }

  #show({ events, commands }: { events: readonly HistoryEvent[]; commands: readonly Command[] }): Turn {
    return { events: events.map(eventLine), commands: commands.map(commandLine) }
  }
}

/** What the body of a test's program may do. */
export interface World {
  readonly input: unknown
  step(name: string, ...args: unknown[]): Promise<unknown>
  sleep(ms: number): Promise<void>
  patched(id: string): boolean
  deprecatePatch(id: string): void
}

/** What the SDK makes of options. */
function defined(options: StepOptions): StepDefinition {
  class Only {}
  Step(options)(Only.prototype, 'only', { value: async () => {} })
  Workflow({ name: 'only' })(Only)
  const step = defineWorkflow(Only).steps.get('only')
  if (!step) throw new TypeError('no step')
  return step
}

/** What the SDK makes of a retry policy. */
export function retry(policy: RetryPolicy): RetryDefinition {
  return defined({ retry: policy }).retry
}

export const plainStep = defined({})

/** A program made of a function; steps are defined as they are named. */
export function flow(body: (world: World) => Promise<unknown>, steps: Readonly<Record<string, Partial<StepDefinition>>> = {}): Program {
  return (execution, input) =>
    body({
      input,
      step: (name, ...args) => execution.step(stepOf(name, steps[name]), args),
      sleep: (ms) => execution.requests.sleep(ms, currentScope(execution) ?? execution.root),
      patched: (id) => (currentScope(execution) ?? execution.root).patched(id),
      deprecatePatch: (id) => execution.root.deprecatePatch(id),
    })
}

function stepOf(name: string, given: Partial<StepDefinition> = {}): StepDefinition {
  return { ...plainStep, name, ...given }
}

export function started(input?: unknown): HistoryEvent {
  return { type: 'ExecutionStarted', input: encode('The input', input) }
}

export function completedEvent(command: string, output?: unknown): HistoryEvent {
  return { type: 'StepCompleted', command, output: encode('The output', output) }
}

export function failedEvent(command: string, error: unknown = new Error('boom'), attempts = 3): HistoryEvent {
  return { type: 'StepFailed', command, attempts, failure: toFailure(error) }
}

export function retryingEvent(command: string, attempt: number, retryAt: number): HistoryEvent {
  return { type: 'StepRetrying', command, attempt, retryAt, failure: toFailure(new Error('boom')) }
}

export function timerStarted(command: string, dueAt: number): HistoryEvent {
  return { type: 'TimerStarted', command, dueAt }
}

export function timerFired(command: string): HistoryEvent {
  return { type: 'TimerFired', command }
}

export function done(command: string, output?: unknown, attempt = 1): Input {
  return { kind: 'completed', command, attempt, output: encode('The output', output) }
}

export function failed(command: string, error: unknown = new Error('boom'), attempt = 1): Input {
  return { kind: 'failed', command, attempt, failure: toFailure(error) }
}

export function fired(command: string): Input {
  return { kind: 'timer', command }
}

export function commandLine(command: Command): string {
  if (command.kind === 'child') return `start ${command.workflow} as ${command.execution}`
  if (command.kind === 'message') return `${command.message.kind} to ${command.execution}`
  if (command.kind === 'abort') return `abort ${command.what} ${command.id}`
  if (command.kind === 'timer') return `${command.id} due +${command.dueAt - T0}`
  const args = command.args === null ? '' : JSON.stringify(decode(command.args)).slice(1, -1)
  const again = command.attempt === 1 ? '' : ` attempt ${command.attempt} at +${command.notBefore - T0}`
  return `${command.id}(${args})${again}`
}

function eventLine(event: HistoryEvent): string {
  switch (event.type) {
    case 'ExecutionStarted':
      return event.type
    case 'StepCompleted':
      return `${event.type} ${event.command} = ${JSON.stringify(decode(event.output))}`
    case 'StepRetrying':
      return `${event.type} ${event.command} after ${event.attempt} at +${event.retryAt - T0}: ${event.failure.message}`
    case 'StepFailed':
      return `${event.type} ${event.command} after ${event.attempts}: ${event.failure.message}`
    case 'TimerStarted':
      return `${event.type} ${event.command} due +${event.dueAt - T0}`
    case 'TimerFired':
      return `${event.type} ${event.command}`
    case 'ExecutionCompleted':
      return `${event.type} = ${JSON.stringify(decode(event.output))}`
    case 'ExecutionFailed':
    case 'ExecutionStopped':
    case 'ExecutionTimedOut':
    case 'ExecutionKilled':
      return `${event.type}: ${event.failure.name}: ${event.failure.message}`
    case 'ContinuedAsNew':
      return `${event.type} ${JSON.stringify(decode(event.input))}`
    case 'SignalReceived':
      return `${event.type} ${event.name}(${event.args === null ? '' : JSON.stringify(decode(event.args)).slice(1, -1)})`
    case 'UpdateAccepted':
      return `${event.type} ${event.name}(${event.args === null ? '' : JSON.stringify(decode(event.args)).slice(1, -1)})`
    case 'UpdateCompleted':
      return `${event.type} ${event.id} = ${JSON.stringify(decode(event.output))}`
    case 'UpdateFailed':
      return `${event.type} ${event.id}: ${event.failure.message}`
    case 'ChildCompleted':
    case 'TokenCompleted':
    case 'IterationCompleted':
      return `${event.type} ${event.command} = ${JSON.stringify(decode(event.output))}`
    case 'ChildFailed':
    case 'ChildStartFailed':
    case 'TokenFailed':
    case 'IterationFailed':
    case 'MessageFailed':
      return `${event.type} ${event.command}: ${event.failure.message}`
    case 'ChildStarted':
    case 'TokenIssued':
    case 'MessageDelivered':
      return `${event.type} ${event.command}`
    case 'Patched':
      return `${event.type} ${event.id}`
    case 'AttributesSet':
      return `${event.type} ${JSON.stringify(decode(event.attributes))}`
    case 'StopRequested':
      return `${event.type}: ${event.reason}`
    case 'TimedOut':
      return `${event.type} ${event.which}`
  }
}
