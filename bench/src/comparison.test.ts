import { describe, expect, it } from 'vitest'
import { asComparisonTable, compare } from './comparison.ts'
import type { ResultLine } from './measurement.ts'

function line(engine: string, workload: string, metric: string, repetitions: readonly [number, ...number[]]): ResultLine {
  const [p50] = repetitions
  return { engine, workload, metric, unit: workload === 'W3' ? '1/s' : 'ms', p50, p95: p50, p99: p50, min: p50, max: p50, n: 1, repetitions, p99s: repetitions }
}

const PEERS = [{ name: 'slow' }, { name: 'fast' }, { name: 'elsewhere', ownStore: true }] as const
const GAP = 'step → next step'
const RATE = 'steps/s, to the last result'

describe('the comparison', () => {
  it('takes the best peer on Postgres and the best with a store of its own, each by what is better', () => {
    const lines = [
      line('baton', 'W2', GAP, [1]), line('slow', 'W2', GAP, [4]), line('fast', 'W2', GAP, [2]), line('elsewhere', 'W2', GAP, [0.5]),
      line('baton', 'W3', RATE, [100]), line('slow', 'W3', RATE, [10]), line('fast', 'W3', RATE, [20]),
    ]
    expect(compare(lines, PEERS)).toEqual([
      {
        workload: 'W2', metric: GAP, unit: 'ms', better: 'less', p50: 1,
        bestPeer: { engine: 'fast', p50: 2, ratio: 0.5 }, ownStore: { engine: 'elsewhere', p50: 0.5, ratio: 2 },
      },
      { workload: 'W3', metric: RATE, unit: '1/s', better: 'more', p50: 100, bestPeer: { engine: 'fast', p50: 20, ratio: 5 } },
    ])
  })

  it('pairs each repetition with the same one of the peer, where there are as many', () => {
    const range = (peer: readonly [number, ...number[]]) => compare([line('baton', 'W2', GAP, [2, 1, 3]), line('fast', 'W2', GAP, peer)], PEERS)[0]?.bestPeer?.range
    expect(range([2, 2, 2])).toEqual([0.5, 1.5])
    expect(range([2, 2])).toBeUndefined()
  })

  it('is empty without peers or without Baton, and knows no engine but Baton and the peers', () => {
    const lines = [line('baton', 'W2', GAP, [1]), line('baton-unguarded', 'W2', GAP, [0.1])]
    expect(compare(lines, [])).toEqual([])
    expect(compare([line('fast', 'W2', GAP, [1])], PEERS)).toEqual([])
    expect(compare(lines, PEERS)).toEqual([{ workload: 'W2', metric: GAP, unit: 'ms', better: 'less', p50: 1 }])
  })

  it('says in its table which peer it is, and a dash where there is none', () => {
    const table = asComparisonTable(compare([line('baton', 'W2', GAP, [1, 2]), line('fast', 'W2', GAP, [2, 8])], PEERS))
    expect(table.split('\n').slice(1)).toEqual([
      'workload  metric            unit  baton  best peer on Postgres          ÷ best peer  own store  ÷ own store',
      'W2        step → next step  ms     1.00              fast 2.00  0.500 [0.250–0.500]          –',
      '',
    ])
    expect(asComparisonTable([])).toBe('')
  })
})
