import type { ProgramInput, ProgramName } from '../../src/engines/engine.ts'

/** `kids` and `nap` are `chain` and `fan` by other means: a child execution for each step; a durable sleep before the last. */
export type Program = ProgramName | 'kids' | 'nap'

export interface Input extends ProgramInput {
  /** How long `nap` sleeps. */
  readonly ms?: number
}

/** What a step returns. */
export interface Output {
  readonly i: number
}

/** 0 … n - 1 */
export function indices(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i)
}

export function sum(outputs: readonly Output[]): number {
  return outputs.reduce((total, { i }) => total + i, 0)
}

/** For engines without a bounded loop: the next hundred begin when the last of a hundred has ended, so a replay meets the same order. */
export async function inHundreds(n: number, act: (indices: readonly number[]) => Promise<readonly Output[]>): Promise<number> {
  let total = 0
  for (let from = 0; from < n; from += 100) total += sum(await act(indices(Math.min(100, n - from)).map((i) => from + i)))
  return total
}
