import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LocalStep, StepSlots } from '../../packages/runtime/src/worker/step-slots.ts'
import { attemptOf, gated, Gates, Heard, settled } from './gated-steps.ts'

let gates: Gates
let heard: Heard
let outcomes: Parameters<LocalStep['done']>[0][]
let freed: number

beforeEach(() => {
  gates = new Gates()
  heard = new Heard()
  outcomes = []
  freed = 0
})

function step(name: string, movable = true, more: Partial<LocalStep> = {}): LocalStep {
  return { ...more, workflow: gated(gates), attempt: attemptOf(name), movable, done: (outcome) => void outcomes.push(outcome) }
}

function slots(capacity: number, mayStart?: () => boolean): StepSlots {
  return new StepSlots(capacity, heard, () => void freed++, mayStart)
}

describe('the slots of a worker', () => {
  it('run as many bodies at once as there are slots', () => {
    const two = slots(2)
    for (const name of ['a', 'b', 'c']) two.run(step(name))
    expect(gates.begun).toEqual(['a', 'b'])
    expect({ running: two.running, room: two.room }).toEqual({ running: 2, room: 0 })
  })

  it('let those in line begin in the order they came', async () => {
    const one = slots(1)
    for (const name of ['a', 'b', 'c']) one.run(step(name))
    gates.end('a')
    await settled()
    expect(gates.begun).toEqual(['a', 'b'])
    gates.end('b')
    await settled()
    expect(gates.begun).toEqual(['a', 'b', 'c'])
  })

  it('tell the worker when an attempt has its outcome, and not when it was withdrawn', async () => {
    const two = slots(2)
    two.run(step('a'))
    two.run(step('b'))
    two.withdraw('gone', ({ attempt }) => attempt.command === 'b')
    gates.end('a')
    gates.end('b')
    await settled()
    expect(heard.over).toEqual(['a.1'])
  })

  it('tell the outcome of each', async () => {
    const two = slots(2)
    two.run(step('a'))
    two.run(step('b'))
    gates.fail('b', new Error('no'))
    await settled()
    gates.end('a', { at: 1 })
    await settled()
    expect(outcomes).toMatchObject([
      { kind: 'failed', command: 'b', attempt: 1, failure: { message: 'no' } },
      { kind: 'completed', command: 'a', attempt: 1, output: '{"at":1}' },
    ])
  })

  it('say when one is free that nobody in line needs', async () => {
    const one = slots(1)
    one.run(step('a'))
    one.run(step('b'))
    gates.end('a')
    await settled()
    expect(freed).toBe(0)
    gates.end('b')
    await settled()
    expect(freed).toBe(1)
  })

  it('have room for what neither runs nor waits', () => {
    const three = slots(3)
    expect(three.room).toBe(3)
    three.run(step('a'))
    expect(three.room).toBe(2)
  })

  it('are drained when the last body has ended', async () => {
    const two = slots(2)
    let drained = false
    two.run(step('a'))
    two.run(step('b'))
    void two.drained().then(() => {
      drained = true
    })
    gates.end('a')
    await settled()
    expect(drained).toBe(false)
    gates.end('b')
    await settled()
    expect(drained).toBe(true)
  })
})

describe('a priority', () => {
  const urgent = (name: string, priority: number): LocalStep => step(name, true, { priority })

  it('lets the higher begin first, among equals whoever came first', async () => {
    const one = slots(1)
    one.run(step('running'))
    for (const [name, priority] of [['a0', 0], ['b5', 5], ['c-1', -1], ['d5', 5], ['e0', 0]] as const) one.run(urgent(name, priority))
    for (let i = 0; i < 6; i++) {
      gates.end(gates.begun.at(-1) ?? '')
      await settled()
    }
    expect(gates.begun).toEqual(['running', 'b5', 'd5', 'a0', 'e0', 'c-1'])
  })

  it('is what the step says where nobody says otherwise', async () => {
    const one = slots(1)
    one.run(step('running'))
    one.run(step('ordinary'))
    one.run({ ...step('first'), attempt: attemptOf('first', 'urgent') })
    gates.end('running')
    await settled()
    expect(gates.begun).toEqual(['running', 'first'])
  })
})

describe('held slots', () => {
  it('start no body, however many are free', () => {
    const held = slots(2, () => false)
    held.run(step('a'))
    expect(gates.begun).toEqual([])
  })

  it('start what waits when they may again, in order', () => {
    let may = false
    const held = slots(2, () => may)
    for (const name of ['a', 'b', 'c']) held.run(step(name))
    held.pump()
    expect(gates.begun).toEqual([])
    may = true
    held.pump()
    expect(gates.begun).toEqual(['a', 'b'])
  })

  it('start no other body when one ends', async () => {
    let may = true
    const held = slots(1, () => may)
    held.run(step('a'))
    held.run(step('b'))
    may = false
    gates.end('a')
    await settled()
    expect({ begun: gates.begun, freed }).toEqual({ begun: ['a'], freed: 0 })
  })

  it('that are closed stay so, and have no room', async () => {
    const closed = slots(2)
    closed.run(step('a'))
    closed.close()
    closed.run(step('b'))
    gates.end('a')
    await settled()
    closed.pump()
    expect({ begun: gates.begun, room: closed.room }).toEqual({ begun: ['a'], room: 0 })
  })
})

describe('a step that waits too long', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('is taken out of the line once it has waited its time', () => {
    const one = slots(1)
    one.run(step('a'))
    one.run(step('b'))
    vi.advanceTimersByTime(24)
    expect(one.takeStale(25)).toEqual([])
    vi.advanceTimersByTime(1)
    expect(one.takeStale(25).map(({ attempt }) => attempt.command)).toEqual(['b'])
    expect(one.takeStale(25)).toEqual([])
  })

  it('is found behind one of a higher priority that has just come', () => {
    const one = slots(1)
    one.run(step('a'))
    one.run(step('low', true, { priority: -1 }))
    one.run(step('old'))
    vi.advanceTimersByTime(30)
    one.run(step('young', true, { priority: 1 }))
    expect(one.takeStale(25).map(({ attempt }) => attempt.command)).toEqual(['old', 'low'])
  })

  it('is left where it cannot run elsewhere, and those who came later stay', () => {
    const one = slots(1)
    one.run(step('a'))
    one.run(step('bound', false))
    one.run(step('b'))
    vi.advanceTimersByTime(30)
    one.run(step('young'))
    expect(one.takeStale(25).map(({ attempt }) => attempt.command)).toEqual(['b'])
  })

  it('never begins here once it was taken', async () => {
    const one = slots(1)
    one.run(step('a'))
    one.run(step('b'))
    vi.advanceTimersByTime(30)
    one.takeStale(25)
    gates.end('a')
    await settled()
    expect(gates.begun).toEqual(['a'])
  })
})

describe('a withdrawn step', () => {
  it('in line never begins', async () => {
    const one = slots(1)
    for (const name of ['a', 'b', 'c']) one.run(step(name))
    one.withdraw('gone', ({ attempt }) => attempt.command === 'b')
    gates.end('a')
    await settled()
    expect(gates.begun).toEqual(['a', 'c'])
  })

  it('that runs has its signal fired with the reason', () => {
    const one = slots(1)
    one.run(step('a'))
    const signal = gates.contexts.get('a')?.signal
    one.withdraw('taken over', () => true)
    expect(signal?.aborted).toBe(true)
    expect(signal?.reason).toMatchObject({ code: 'AttemptAborted', message: 'taken over' })
  })

  it('that runs frees its slot at once, and its outcome is not wanted', async () => {
    const one = slots(1)
    one.run(step('a'))
    one.run(step('b'))
    one.withdraw('gone', ({ attempt }) => attempt.command === 'a')
    expect(gates.begun).toEqual(['a', 'b'])
    gates.end('a', 'late')
    await settled()
    expect({ outcomes, running: one.running }).toEqual({ outcomes: [], running: 1 })
  })

  it('leaves the others alone', async () => {
    const two = slots(2)
    two.run(step('a'))
    two.run(step('b'))
    two.withdraw('gone', ({ attempt }) => attempt.command === 'a')
    gates.end('b')
    await settled()
    expect(outcomes).toMatchObject([{ kind: 'completed', command: 'b' }])
    expect(gates.contexts.get('b')?.signal.aborted).toBe(false)
  })
})
