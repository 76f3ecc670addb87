// Whether a run is worse than the one on record. Only figures that a faster or busier machine leaves alone are compared, and in all of
// them less is better.
import type { ResultLine } from '../measurement.ts'
import { median } from '../stats.ts'

/** What is kept of a result: the median of each repetition. */
export type Figure = Pick<ResultLine, 'engine' | 'workload' | 'metric' | 'unit' | 'repetitions'>

export interface Comparison {
  readonly name: string
  readonly verdict: 'worse' | 'better' | 'as before' | 'missing' | 'new'
  readonly before: number | undefined
  readonly now: number | undefined
  /** How far the two may lie apart and mean nothing. */
  readonly noise: number
}

/** Ratios, and counts a step: never times, nor what follows from them. */
const COMPARED: ReadonlySet<string> = new Set(['×', '1', 'B'])
/** Figures whose repetitions agree by chance are not held to the last digit. */
const LEAST_NOISE = 0.02

export function comparable(lines: readonly ResultLine[]): readonly Figure[] {
  return lines
    .filter(({ unit }) => COMPARED.has(unit))
    .map(({ engine, workload, metric, unit, repetitions }) => ({ engine, workload, metric, unit, repetitions }))
}

/** One line for each figure of either run. */
export function compare(before: readonly Figure[], now: readonly Figure[]): readonly Comparison[] {
  const then = new Map(before.map((figure) => [nameOf(figure), figure]))
  const current = new Map(now.map((figure) => [nameOf(figure), figure]))
  return [...new Set([...then.keys(), ...current.keys()])].map((name) => judge(name, then.get(name), current.get(name)))
}

function judge(name: string, then: Figure | undefined, current: Figure | undefined): Comparison {
  const before = then && middle(then.repetitions)
  const now = current && middle(current.repetitions)
  if (!then || before === undefined) return { name, verdict: 'new', before, now, noise: 0 }
  if (!current || now === undefined) return { name, verdict: 'missing', before, now, noise: 0 }
  const noise = Math.max(spread(then.repetitions) + spread(current.repetitions), Math.abs(before) * LEAST_NOISE)
  const verdict = now > before + noise ? 'worse' : now < before - noise ? 'better' : 'as before'
  return { name, verdict, before, now, noise }
}

function nameOf({ engine, workload, metric }: Figure): string {
  return `${engine} ${workload} ${metric}`
}

function middle(repetitions: readonly number[]): number | undefined {
  return repetitions.length === 0 ? undefined : median(repetitions)
}

function spread(repetitions: readonly number[]): number {
  return Math.max(...repetitions) - Math.min(...repetitions)
}
