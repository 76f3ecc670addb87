import { decode } from '../payload/codec.ts'
import { Execution, type Program } from './execution.ts'
import { type Foreseen, foreseen } from './foreseen.ts'
import type { HistoryEvent } from './history-event.ts'
import { HistoryMismatch } from './history-mismatch.ts'
import { nameOf, probableChange } from './probable-change.ts'
import type { Setting } from './setting.ts'

/**
 * Lets the program run to its next suspension. It must wait for a macrotask: microtasks of microtasks are still the
 * program's.
 */
export type Drain = () => Promise<void>

/** A replay of a log that comes piece by piece: no more of it need be in memory than a piece. */
export class Replay {
  readonly #program: Program
  readonly #drain: Drain
  readonly #setting: Setting | undefined
  readonly #execution: Execution
  /** It waits until it is known whether it is the last: then the program is told it live, and what it does is new. */
  #held: HistoryEvent | undefined
  /** The event that the program was told last. */
  #told: HistoryEvent | undefined

  constructor(program: Program, drain: Drain, setting?: Setting) {
    this.#program = program
    this.#drain = drain
    this.#setting = setting
    this.#execution = new Execution(setting)
    this.#execution.beginReplay()
  }

  /** What the program waits for. */
  get open(): readonly string[] {
    return this.#execution.openCommands()
  }

  /** To be told before the events that it is about are fed. */
  foresee(marks: Foreseen): void {
    this.#execution.foresee(marks)
  }

  /**
   * The next piece of the log.
   *
   * @throws HistoryMismatch if the program is not the one that wrote the history; NonDeterministic if it did what a replay
   * cannot repeat.
   */
  async feed(events: readonly HistoryEvent[]): Promise<void> {
    for (const event of events) {
      if (this.#held) await this.#tell(this.#held)
      this.#held = event
    }
  }

  /** The log has been fed: the execution, its open commands ready to be collected. */
  async finish(): Promise<Execution> {
    const execution = this.#execution
    execution.catchUp()
    if (!this.#held) throw beginless()
    await this.#tell(this.#held)
    this.#held = undefined
    execution.reopen()
    return execution
  }

  /** A mismatch that it met, with what is known of the code around it; `written` are those of the open commands that the log has. */
  explain({ detail }: HistoryMismatch, written: ReadonlySet<string>): HistoryMismatch {
    const { open } = this
    const event = this.#told
    const steps = this.#setting?.steps
    const change = probableChange({ event, open, written, ended: this.#execution.completion !== undefined, steps: steps && new Set(steps.keys()) })
    const positions = open.slice(0, 20).flatMap((command) => {
      const position = steps?.get(nameOf(command))
      return position === undefined ? [] : [[command, position] as const]
    })
    return new HistoryMismatch({
      ...detail,
      ...(event && 'command' in event ? { node: nameOf(event.command) } : {}),
      ...(positions.length > 0 ? { positions: Object.fromEntries(positions) } : {}),
      ...(change === undefined ? {} : { change }),
    })
  }

  async #tell(event: HistoryEvent): Promise<void> {
    const execution = this.#execution
    const isFirst = this.#told === undefined
    this.#told = event
    if (isFirst) {
      if (event.type !== 'ExecutionStarted' && event.type !== 'ContinuedAsNew') throw beginless()
      const { input, start, at } = event
      execution.enter(execution.root, () => execution.start(this.#program, decode(input), start, at))
    } else {
      execution.commands.pass()
      execution.deliver(event)
    }
    await rested(execution, this.#drain)
  }
}

function beginless(): TypeError {
  return new TypeError('A history begins with ExecutionStarted or ContinuedAsNew.')
}

/**
 * The execution that the history of a run describes, its open commands ready to be collected.
 *
 * @throws HistoryMismatch if the program is not the one that wrote the history, with what was probably changed; NonDeterministic if it did
 * what a replay cannot repeat.
 */
export async function replay(program: Program, history: readonly HistoryEvent[], drain: Drain, setting?: Setting): Promise<Execution> {
  const replaying = new Replay(program, drain, setting)
  replaying.foresee(foreseen(history))
  try {
    await replaying.feed(history)
    return await replaying.finish()
  } catch (error) {
    if (!(error instanceof HistoryMismatch)) throw error
    throw replaying.explain(error, new Set(history.flatMap((event) => ('command' in event ? [event.command] : []))))
  }
}

async function rested(execution: Execution, drain: Drain): Promise<void> {
  do {
    await drain()
    if (execution.violation) throw execution.violation
  } while (execution.settle())
}
