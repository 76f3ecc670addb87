// A live execution under a random world: steps succeed, fail and are answered twice, timers fire in any order, and after each
// delivery it is noted what the program had seen and what was open.
import { ApplicationError } from '@baton/sdk'
import type { Command } from '../../packages/runtime/src/core/command.ts'
import { completionEvent } from '../../packages/runtime/src/core/completion.ts'
import { Execution } from '../../packages/runtime/src/core/execution.ts'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import type { Input } from '../../packages/runtime/src/core/input.ts'
import { replay } from '../../packages/runtime/src/core/replay.ts'
import { interpret, type Node } from './random-program.ts'
import { completedEvent, done, drain, failed, fired, started, T0 } from './scenario.ts'

/** How things stood when the program had come to rest after a delivery. */
export interface Rest {
  /** Events in the log before what was collected then. */
  readonly from: number
  /** Events in the log after it. */
  readonly to: number
  readonly now: number
  /** All open commands, as a new owner would have to perform them. */
  readonly open: readonly Command[]
  readonly seen: readonly string[]
  /** The terminal event, if the program has ended. */
  readonly end: HistoryEvent | undefined
}

export interface LiveRun {
  readonly history: readonly HistoryEvent[]
  readonly rests: readonly Rest[]
  readonly inputs: readonly { readonly input: Input; readonly now: number; readonly event: HistoryEvent | undefined }[]
}

const MAX_INPUTS = 40

/** Runs the program; `choices` decide everything the world does. */
export async function runLive(root: Node, choices: readonly number[]): Promise<LiveRun> {
  const world = new RandomWorld(choices)
  const seen: string[] = []
  const execution = new Execution()
  const history: HistoryEvent[] = [started('input')]
  const rests: Rest[] = []
  const inputs: { input: Input; now: number; event: HistoryEvent | undefined }[] = []
  const latest = new Map<string, Command>()
  const rest = (): void => {
    const from = history.length
    const { events, commands } = execution.collect(world.now)
    history.push(...events)
    for (const command of commands) latest.set(command.id, command)
    const { completion } = execution
    const end = completion ? completionEvent(completion, 'flow') : undefined
    if (end) history.push(end)
    const open = execution.openCommands().map((id) => latest.get(id)).filter((command) => command !== undefined)
    rests.push({ from, to: history.length, now: world.now, open: end ? [] : open, seen: [...seen], end })
  }
  execution.start(interpret(root, (observation) => seen.push(observation)), 'input')
  await drain()
  rest()
  while (!execution.completion && inputs.length < MAX_INPUTS) {
    const input = world.next(rests.at(-1)?.open ?? [], inputs.map((each) => each.input))
    if (!input) break
    const event = execution.decide(input, world.now)
    inputs.push({ input, now: world.now, event })
    if (!event) continue
    history.push(event)
    execution.deliver(event)
    await drain()
    rest()
  }
  return { history, rests, inputs }
}

/** The execution that a history describes, and what its program has seen. */
export async function runReplay(root: Node, history: readonly HistoryEvent[]): Promise<{ execution: Execution; seen: readonly string[] }> {
  const seen: string[] = []
  const execution = await replay(interpret(root, (observation) => seen.push(observation)), history, drain)
  return { execution, seen }
}

class RandomWorld {
  now = T0
  readonly #choices: readonly number[]
  #next = 0

  constructor(choices: readonly number[]) {
    this.#choices = choices
  }

  /** What comes next: an answer to an open command, or something that must have no effect. */
  next(open: readonly Command[], before: readonly Input[]): Input | undefined {
    this.now += this.#choose(50)
    if (this.#choose(5) === 0) return this.#noise(open, before)
    const command = open[this.#choose(open.length)]
    if (!command) return undefined
    if (command.kind === 'timer') return fired(command.id)
    if (command.kind === 'step') return this.#answer(command.id, command.attempt)
    throw new TypeError(`Random programs ask for steps and timers, not for '${command.kind}'.`)
  }

  #answer(command: string, attempt: number): Input {
    switch (this.#choose(6)) {
      case 0:
        return failed(command, new Error(`boom ${attempt}`), attempt)
      case 1:
        return failed(command, new ApplicationError('final', { details: attempt }), attempt)
      case 2:
        return failed(command, Object.assign(new Error('listed'), { name: 'Fatal' }), attempt)
      default:
        return done(command, this.#choose(100), attempt)
    }
  }

  #noise(open: readonly Command[], before: readonly Input[]): Input {
    const some = open[this.#choose(open.length)]
    const attempt = some?.kind === 'step' ? some.attempt : 1
    switch (this.#choose(5)) {
      case 0:
        return before[this.#choose(before.length)] ?? done('never asked for')
      case 1:
        return done(some?.id ?? 'a', 'of an attempt to come', attempt + 1)
      case 2:
        return failed(some?.id ?? 'a', new Error('of an attempt that is over'), attempt - 1)
      case 3:
        return some?.kind === 'step' ? fired(some.id) : done(some?.id ?? 'sleep')
      default:
        return done('never#7', completedEvent.name)
    }
  }

  #choose(below: number): number {
    const choice = this.#choices[this.#next++ % this.#choices.length] ?? 0
    return below === 0 ? 0 : (choice + this.#next * 7) % below
  }
}
