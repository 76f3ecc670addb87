import { describe, expect, it } from 'vitest'
import { quickSizes } from '../sizes.ts'
import type { Engine } from './engine.ts'
import { can, gapsOf, repetitionsFor, sizesFor } from './limits.ts'

const nothing = async (): Promise<never> => {
  throw new Error('not called')
}
const free: Engine = { name: 'free', configuration: '', prepare: nothing, work: nothing, connect: nothing }
const bound: Engine = {
  ...free,
  name: 'bound',
  limits: {
    cannot: { W1: 'no start', 'W5r another worker alive': 'nobody looks' },
    fewer: { why: 'slow', sizes: { starts: 5, longChain: 999_999 }, repetitions: { W5r: 1 } },
  },
}

describe('the limits of an engine', () => {
  it('leave out workloads and parts of them', () => {
    expect(['W1', 'W1s', 'W5r', 'W5r another worker alive'].map((workload) => can(bound, workload))).toEqual([false, true, true, false])
    expect(can(free, 'W1')).toBe(true)
  })

  it('are told for the workloads that were asked for, not for those whose names begin alike', () => {
    const asked = (...ids: string[]) => gapsOf([free, bound], ids.map((id) => ({ id }))).map(({ engine, workload, why }) => `${engine} ${workload}: ${why}`)
    const less = 'bound *: less of it (at most starts 5, longChain 999999, repetitions of W5r 1): slow'
    expect(asked('W1', 'W2')).toEqual(['bound W1: no start', less])
    expect(asked('W1s', 'W5')).toEqual([less])
    expect(asked('W5r')).toEqual(['bound W5r another worker alive: nobody looks', less])
  })

  it('bound sizes and repetitions and raise none', () => {
    expect(sizesFor(bound, quickSizes)).toEqual({ ...quickSizes, starts: 5 })
    expect(sizesFor(free, quickSizes)).toEqual(quickSizes)
    expect([repetitionsFor(bound, 'W5r', 3), repetitionsFor(bound, 'W2', 3), repetitionsFor(free, 'W5r', 3)]).toEqual([1, 3, 3])
  })
})
