/** What a set of samples comes to. */
export interface Distribution {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly min: number
  readonly max: number
  readonly n: number
}

/** Quantiles are interpolated between the two nearest samples. */
export function distribution(samples: readonly number[]): Distribution {
  if (samples.length === 0) throw new Error('A distribution needs at least one sample.')
  const sorted = [...samples].sort((a, b) => a - b)
  return {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    n: sorted.length,
  }
}

export function median(samples: readonly number[]): number {
  return distribution(samples).p50
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length
}

function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}
