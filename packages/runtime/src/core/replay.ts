import { decode } from '../payload/codec.ts'
import { Execution, type Program } from './execution.ts'
import type { HistoryEvent } from './history-event.ts'
import { HistoryMismatch } from './history-mismatch.ts'
import { nameOf, probableChange } from './probable-change.ts'
import type { Setting } from './setting.ts'

/**
 * Lets the program run to its next suspension. It must wait for a macrotask: microtasks of microtasks are still the
 * program's.
 */
export type Drain = () => Promise<void>

/**
 * The execution that the history of a run describes, its open commands ready to be collected.
 *
 * @throws HistoryMismatch if the program is not the one that wrote the history; NonDeterministic if it did what a replay
 * cannot repeat.
 */
export async function replay(program: Program, history: readonly HistoryEvent[], drain: Drain, setting?: Setting): Promise<Execution> {
  const execution = new Execution(setting)
  const [first, ...rest] = history
  if (first?.type !== 'ExecutionStarted' && first?.type !== 'ContinuedAsNew') throw new TypeError('A history begins with ExecutionStarted or ContinuedAsNew.')
  const { input, start, at } = first
  execution.foresee(rest)
  execution.enter(execution.root, () => execution.start(program, decode(input), start, at))
  await rested(execution, drain)
  for (const [i, event] of rest.entries()) {
    execution.commands.pass()
    try {
      execution.deliver(event)
    } catch (error) {
      throw error instanceof HistoryMismatch ? explained(error, { execution, history: rest, at: i, setting }) : error
    }
    await rested(execution, drain)
  }
  execution.reopen()
  return execution
}

interface Met {
  readonly execution: Execution
  readonly history: readonly HistoryEvent[]
  readonly at: number
  readonly setting: Setting | undefined
}

/** The mismatch with what is known of the code around it. */
function explained({ detail }: HistoryMismatch, { execution, history, at, setting }: Met): HistoryMismatch {
  const steps = setting?.steps
  const open = execution.openCommands()
  const event = history[at]
  const change = probableChange({ history, at, open, ended: execution.completion !== undefined, steps: steps && new Set(steps.keys()) })
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

async function rested(execution: Execution, drain: Drain): Promise<void> {
  do {
    await drain()
    if (execution.violation) throw execution.violation
  } while (execution.settle())
}
