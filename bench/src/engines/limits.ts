// What an engine cannot do or is not asked to do, as data: the run leaves it out and the report says so.
import type { Sizes } from '../sizes.ts'
import type { Workload } from '../workloads/workload.ts'
import type { Engine } from './engine.ts'

/** The sizes that are plain numbers. */
type Count = { [K in keyof Sizes]: Sizes[K] extends number ? K : never }[keyof Sizes]

export interface Limits {
  /** Why it has no figures, by workload (`W5r`) or part of one (`W5r another worker alive`). */
  readonly cannot?: Readonly<Record<string, string>>
  /** Where it is given less than the others. */
  readonly fewer?: {
    readonly why: string
    readonly sizes?: Partial<Record<Count, number>>
    /** By workload. */
    readonly repetitions?: Readonly<Record<string, number>>
  }
  /** W1 pauses so long between two starts, at random, where the engine's polls need more than the usual to be met out of phase. */
  readonly startsApartMs?: readonly [number, number]
}

/** A hole in the results. */
export interface Gap {
  readonly engine: string
  /** A workload, a part of one, or `*` for what holds for all. */
  readonly workload: string
  readonly why: string
}

export function gapsOf(engines: readonly Engine[], workloads: readonly Pick<Workload, 'id' | 'programs'>[]): readonly Gap[] {
  return engines.flatMap((engine) => [
    ...workloads.filter((workload) => !isOffered(engine, workload)).map(({ id }) => ({ engine: engine.name, workload: id, why: 'it has no such program' })),
    ...Object.entries(engine.limits?.cannot ?? {})
      .filter(([of]) => workloads.some(({ id }) => of === id || of.startsWith(`${id} `)))
      .map(([workload, why]) => ({ engine: engine.name, workload, why })),
    ...(engine.limits?.fewer ? [{ engine: engine.name, workload: '*', why: lessOf(engine.limits.fewer) }] : []),
  ])
}

function lessOf({ why, sizes = {}, repetitions = {} }: NonNullable<Limits['fewer']>): string {
  const most = [
    ...Object.entries(sizes).map(([size, n]) => `${size} ${n}`),
    ...Object.entries(repetitions).map(([workload, n]) => `repetitions of ${workload} ${n}`),
  ]
  return `less of it (at most ${most.join(', ')}): ${why}`
}

/** Whether the engine has the programs that a workload runs. */
export function isOffered({ offers }: Pick<Engine, 'offers'>, { programs = [] }: Pick<Workload, 'programs'>): boolean {
  return offers === undefined || programs.every((program) => offers.has(program))
}

/** Whether the engine can do a workload, or part of one. */
export function can({ limits }: Engine, workload: string): boolean {
  return limits?.cannot?.[workload] === undefined
}

export function sizesFor({ limits }: Engine, sizes: Sizes): Sizes {
  const most = limits?.fewer?.sizes ?? {}
  const fewer = Object.entries(most).map(([name, n]) => [name, Math.min(n, sizes[name as Count])])
  return { ...sizes, ...Object.fromEntries(fewer) }
}

export function repetitionsFor({ limits }: Engine, workload: string, repetitions: number): number {
  return Math.min(repetitions, limits?.fewer?.repetitions?.[workload] ?? repetitions)
}
