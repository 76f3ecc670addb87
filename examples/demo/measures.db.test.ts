import type { HistoryRecord } from '@baton/runtime'
import { describe, expect, test } from 'vitest'
import type { Body } from './body.ts'
import { canonicalJson } from './canonical-json.ts'
import { repeatedBodies, rerunsOfRecordedSteps } from './reruns.ts'
import { firstStepAfter } from './takeover.ts'

const body = (given: Partial<Body>): Body => ({ execution: 'x', command: 'charge', attempt: 1, pid: 1, at: 1_000, ...given })
const completed = (at: number, command = 'charge'): HistoryRecord => ({ seq: 2, at: new Date(at), type: 'StepCompleted', command, data: {} })
const histories = new Map([['x', [completed(1_100)]]])

describe('rerunsOfRecordedSteps', () => {
  test('finds a body that began after the outcome was recorded', () => {
    const again = body({ pid: 2, at: 1_101 })
    expect(rerunsOfRecordedSteps([body({}), again], histories, 0)).toEqual([again])
  })

  test('leaves out bodies before the outcome, of other commands and of steps without one', () => {
    const others = [body({}), body({ pid: 2, at: 1_090 }), body({ command: 'pack', at: 2_000 }), body({ execution: 'y', at: 2_000 })]
    expect(rerunsOfRecordedSteps(others, histories, 0)).toEqual([])
  })

  test('compares on one clock when the database is ahead', () => {
    expect(rerunsOfRecordedSteps([body({ at: 1_050 })], histories, 80)).toHaveLength(1)
  })
})

test('repeatedBodies counts attempts that began more than once', () => {
  expect(repeatedBodies([body({}), body({ pid: 2 }), body({ attempt: 2 }), body({ command: 'pack' })])).toBe(1)
})

describe('firstStepAfter', () => {
  const kill = { worker: 'A', pid: 1, at: 2_000, owned: new Set(['x']) }

  test('is the earliest body elsewhere of an execution that the victim held', () => {
    const next = body({ pid: 2, at: 2_150 })
    const others = [body({ pid: 2, at: 2_300 }), body({ pid: 2, execution: 'y', at: 2_010 }), body({ at: 2_001 }), body({ pid: 2, at: 1_999 })]
    expect(firstStepAfter([...others, next], kill)).toBe(next)
    expect(firstStepAfter(others.slice(1), kill)).toBeUndefined()
  })
})

test('canonicalJson does not show the order of keys, but that of items', () => {
  expect(canonicalJson({ b: [2, 1], a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":[2,1]}')
})
