// Owns: the samples of a run, by engine, workload and metric, repetition by repetition.
import { distribution, type Distribution, median } from './stats.ts'

type Unit = 'ms' | 'µs' | '1/s' | '1' | 'B' | '×' | '%'

/** Which floor a metric is compared with, if any. */
export type FloorKind = 'commit' | 'notify'

/** The samples of one metric in one repetition. */
export interface Measurement {
  readonly metric: string
  readonly unit: Unit
  readonly samples: readonly number[]
  readonly floor?: FloorKind
}

/** One line of the result. */
export interface ResultLine extends Distribution {
  readonly engine: string
  readonly workload: string
  readonly metric: string
  readonly unit: Unit
  /** The median of each repetition: how far they lie apart says what the figure is worth. */
  readonly repetitions: readonly number[]
  /** The 99th percentile of each. */
  readonly p99s: readonly number[]
}

interface Series {
  readonly engine: string
  readonly workload: string
  readonly metric: string
  readonly unit: Unit
  readonly repetitions: (readonly number[])[]
}

export class Results {
  readonly #series = new Map<string, Series>()

  add(engine: string, workload: string, { metric, unit, samples }: Measurement): void {
    const key = [engine, workload, metric].join('\n')
    const series = this.#series.get(key) ?? { engine, workload, metric, unit, repetitions: [] }
    series.repetitions.push(samples)
    this.#series.set(key, series)
  }

  /** Quantiles of all samples of all repetitions together, ordered by workload as first measured. */
  lines(): ResultLine[] {
    return [...this.#series.values()].map(({ repetitions, ...names }) => ({
      ...names,
      ...distribution(repetitions.flat()),
      repetitions: repetitions.map(median),
      p99s: repetitions.map((samples) => distribution(samples).p99),
    }))
  }
}
