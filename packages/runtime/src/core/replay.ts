import { decode } from '../payload/codec.ts'
import { Execution, type Program } from './execution.ts'
import type { HistoryEvent } from './history-event.ts'

/**
 * Lets the program run to its next suspension. It must wait for a macrotask: microtasks of microtasks are still the
 * program's.
 */
export type Drain = () => Promise<void>

/**
 * The execution that a history describes, its open commands ready to be collected.
 *
 * `within` runs a function in the ambient context of the execution.
 *
 * @throws HistoryMismatch if the program is not the one that wrote the history.
 */
export async function replay(
  program: Program,
  history: readonly HistoryEvent[],
  drain: Drain,
  within: (execution: Execution, act: () => void) => void = (_, act) => act(),
): Promise<Execution> {
  const execution = new Execution()
  const [first, ...rest] = history
  if (first?.type !== 'ExecutionStarted') throw new TypeError('A history begins with ExecutionStarted.')
  within(execution, () => execution.start(program, decode(first.input)))
  await drain()
  for (const event of rest) {
    execution.deliver(event)
    await drain()
  }
  execution.reopen()
  return execution
}
