import { decode } from '../payload/codec.ts'
import { Execution, type Program } from './execution.ts'
import type { HistoryEvent } from './history-event.ts'
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
  for (const event of rest) {
    execution.deliver(event)
    await rested(execution, drain)
  }
  execution.reopen()
  return execution
}

async function rested(execution: Execution, drain: Drain): Promise<void> {
  do {
    await drain()
    if (execution.violation) throw execution.violation
  } while (execution.settle())
}
