import { describe, expect, it } from 'vitest'
import { comparable, compare, type Figure } from '../../bench/src/check/compare.ts'
import type { ResultLine } from '../../bench/src/measurement.ts'

const figure = (metric: string, repetitions: readonly number[]): Figure => ({ engine: 'baton', workload: 'W2', metric, unit: '×', repetitions })
const verdicts = (before: readonly number[], now: readonly number[]): readonly string[] =>
  compare([figure('ratio', before)], [figure('ratio', now)]).map(({ verdict }) => verdict)

describe('a figure', () => {
  it.each<[string, readonly number[], readonly number[], string]>([
    ['that is the same is as before', [1.5, 1.6, 1.7], [1.5, 1.6, 1.7], 'as before'],
    ['that is higher by less than both spreads is as before', [1.5, 1.6, 1.7], [1.8, 1.9, 2.1], 'as before'],
    ['that is higher by more than both spreads is worse', [1.5, 1.6, 1.7], [2.2, 2.3, 2.4], 'worse'],
    ['whose own repetitions lie far apart is as before', [1.5, 1.6, 1.7], [1.5, 2.3, 9], 'as before'],
    ['that is lower by more than both spreads is better', [1.5, 1.6, 1.7], [0.9, 1, 1.1], 'better'],
    ['that never varies and has grown by a step in a hundred is as before', [1, 1, 1], [1.01, 1.01, 1.01], 'as before'],
    ['that never varies and has grown by one is worse', [1, 1, 1], [2, 2, 2], 'worse'],
    ['that was nothing and is something is worse', [0, 0, 0], [1, 1, 1], 'worse'],
  ])('%s', (_, before, now, verdict) => {
    expect(verdicts(before, now)).toEqual([verdict])
  })

  it('says what it was, what it is and what the noise is', () => {
    expect(compare([figure('ratio', [1, 2, 4])], [figure('ratio', [10, 11, 12])])).toEqual([
      { name: 'baton W2 ratio', verdict: 'worse', before: 2, now: 11, noise: 5 },
    ])
  })
})

describe('runs', () => {
  it('that measured other things say what is missing and what is new', () => {
    expect(compare([figure('old', [1])], [figure('young', [1])]).map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
      'baton W2 old: missing', 'baton W2 young: new',
    ])
  })

  it('are compared by ratios and counts, never by times', () => {
    const tail = { p50: 1, p95: 1, p99: 1, min: 1, max: 1, n: 3, repetitions: [1, 1, 1], p99s: [1, 1, 1] }
    const units = ['ms', 'µs', '1/s', '%', '×', '1', 'B'] as const
    const lines = units.map((unit): ResultLine => ({ engine: 'baton', workload: 'W3', metric: unit, unit, ...tail }))
    expect(comparable(lines).map(({ unit }) => unit)).toEqual(['×', '1', 'B'])
  })
})
