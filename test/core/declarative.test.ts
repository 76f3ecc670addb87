import { ApplicationError, type FailureMode, Step, type StepOptions, Workflow } from '@baton/sdk'
import { defineWorkflow } from '@baton/sdk/host'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Program } from '../../packages/runtime/src/core/execution.ts'
import { programOf } from '../../packages/runtime/src/core/program.ts'
import { completedEvent, done, failed, failedEvent, Scenario, started } from './scenario.ts'

const no = new ApplicationError('no')

/** The program of a class whose steps have these options. */
function graph(steps: Readonly<Record<string, StepOptions>>, output?: z.ZodType): Program {
  class Graph {}
  for (const [name, options] of Object.entries(steps)) {
    Step(options)(Graph.prototype, name, { value: async () => {} })
  }
  Workflow({ name: 'graph', ...(output ? { output } : {}) })(Graph)
  return programOf(defineWorkflow(Graph), () => new Graph())
}

const diamond = graph({
  top: {},
  left: { after: ['top'] },
  right: { after: ['top'] },
  bottom: { after: ['left', 'right'] },
})

describe('a declared graph', () => {
  it('starts the steps that come after nothing, with the input', async () => {
    const scenario = await Scenario.given(graph({ a: {}, b: {}, c: { after: ['a'] } }), [started({ day: 1 })])
    expect(scenario.collect().commands).toEqual(['a({"day":1})', 'b({"day":1})'])
  })

  it('gives a step the outputs it comes after by name, and the input second', async () => {
    const scenario = await Scenario.given(diamond, [started('in'), completedEvent('top', 'T')])
    expect(scenario.collect().commands).toEqual(['left({"top":"T"},"in")', 'right({"top":"T"},"in")'])
  })

  it('joins a diamond when both sides are done, whichever is first', async () => {
    const scenario = await Scenario.given(diamond, [started(), completedEvent('top')])
    scenario.collect()
    expect((await scenario.when(done('right', 'R'))).commands).toEqual([])
    expect((await scenario.when(done('left', 'L'))).commands).toEqual(['bottom({"left":"L","right":"R"},null)'])
  })

  it('ends with the outputs of the steps nothing comes after', async () => {
    const sinks = graph({ a: {}, b: { after: ['a'] }, c: { after: ['a'] }, lone: {} })
    const scenario = await Scenario.given(sinks, [started(), completedEvent('a', 1), completedEvent('c', 3), completedEvent('lone', 4)])
    expect((await scenario.when(done('b', 2))).events.at(-1)).toBe('ExecutionCompleted = {"b":2,"c":3,"lone":4}')
  })

  it('leaves out the steps that compensate others', async () => {
    const scenario = await Scenario.given(graph({ a: { compensate: 'undo' }, undo: {} }))
    expect(scenario.collect().commands).toEqual(['a(null)'])
    expect((await scenario.when(done('a', 1))).events.at(-1)).toBe('ExecutionCompleted = {"a":1}')
  })

  it('checks its outputs by the schema', async () => {
    const scenario = await Scenario.given(graph({ a: {} }, z.object({ a: z.number() })))
    expect((await scenario.when(done('a', 'text'))).events.at(-1)).toMatch(
      /^ExecutionFailed: InvalidOutput: The result of workflow 'graph' does not fit its output schema: a: /,
    )
  })

  it('replays from any point', async () => {
    const live = await Scenario.given(diamond)
    live.collect()
    await live.when(done('top', 1), done('right', 2), done('left', 3), done('bottom', 4))
    expect(live.log.at(-1)).toBe('ExecutionCompleted = {"bottom":4}')
    const again = await Promise.all(live.history.map((_, i) => Scenario.given(diamond, live.history.slice(0, i + 1))))
    expect(again.map((scenario) => scenario.collect().commands.map((line) => line.split('(')[0]))).toEqual([
      ['top'], ['left', 'right'], ['left'], ['bottom'], [], [],
    ])
  })
})

describe('a condition', () => {
  const branch = graph({
    a: {},
    yes: { after: ['a'], when: (up: { a: number }, input: { min: number }) => up.a >= input.min },
    afterYes: { after: ['yes'] },
    always: { after: ['a'] },
  })

  it('is told the outputs and the input', async () => {
    const scenario = await Scenario.given(branch, [started({ min: 5 })])
    scenario.collect()
    expect((await scenario.when(done('a', 5))).commands).toEqual(['yes({"a":5},{"min":5})', 'always({"a":5},{"min":5})'])
  })

  it('that is false leaves out its step and all that needs it', async () => {
    const scenario = await Scenario.given(branch, [started({ min: 5 })])
    scenario.collect()
    expect((await scenario.when(done('a', 4))).commands).toEqual(['always({"a":4},{"min":5})'])
    expect((await scenario.when(done('always', 'A'))).events.at(-1)).toBe('ExecutionCompleted = {"always":"A"}')
  })

  it('that throws is a failure of its step', async () => {
    const throwing = graph({ a: {}, b: { after: ['a'], when: () => { throw no } } })
    const scenario = await Scenario.given(throwing)
    expect((await scenario.when(done('a'))).events.at(-1)).toBe('ExecutionFailed: ApplicationError: no')
  })

  it('that throws may be ignored', async () => {
    const throwing = graph({ a: {}, b: { after: ['a'], when: () => { throw no }, onFailure: 'ignore' }, c: { after: ['b'] } })
    const scenario = await Scenario.given(throwing)
    scenario.collect()
    expect((await scenario.when(done('a'))).commands).toEqual(['c({},null)'])
  })

  it('of a step without predecessors sees no outputs', async () => {
    const scenario = await Scenario.given(graph({ a: { when: (up: object, input: number) => Object.keys(up).length === 0 && input > 1 } }), [started(1)])
    expect(scenario.collect().events).toEqual(['ExecutionCompleted = {}'])
  })
})

describe('a join', () => {
  const after = (join: 'all' | 'any'): Program =>
    graph({ a: {}, b: { when: (_: object, input: boolean) => input }, c: { after: ['a', 'b'], join } })

  it('of all needs every predecessor to be satisfied', async () => {
    const scenario = await Scenario.given(after('all'), [started(false)])
    expect((await scenario.when(done('a', 1))).events.at(-1)).toBe('ExecutionCompleted = {}')
  })

  it('of any runs with the outputs there are', async () => {
    const scenario = await Scenario.given(after('any'), [started(false)])
    scenario.collect()
    expect((await scenario.when(done('a', 1))).commands).toEqual(['c({"a":1},false)'])
  })

  it('of any waits until all have ended', async () => {
    const scenario = await Scenario.given(after('any'), [started(true)])
    scenario.collect()
    expect((await scenario.when(done('a', 1))).commands).toEqual([])
    expect((await scenario.when(done('b', 2))).commands).toEqual(['c({"a":1,"b":2},true)'])
  })

  it('of any with nothing satisfied is unsatisfied', async () => {
    const none = graph({ a: { when: () => false }, b: { after: ['a'], join: 'any' } })
    expect((await Scenario.given(none)).collect().events).toEqual(['ExecutionCompleted = {}'])
  })
})

describe('a failed step', () => {
  const failing = (onFailure: FailureMode): Program => graph({ bad: { onFailure }, slow: {}, next: { after: ['bad'] }, later: { after: ['slow'] } })

  it('fail_after_running: what runs ends, nothing new starts, then the execution fails', async () => {
    const scenario = await Scenario.given(failing('fail_after_running'))
    scenario.collect()
    expect(await scenario.when(failed('bad', no))).toEqual({ events: ['StepFailed bad after 1: no'], commands: [] })
    expect(await scenario.when(done('slow'))).toEqual({
      events: ['StepCompleted slow = undefined', "ExecutionFailed: StepFailed: Step 'bad' failed after 1 attempt: no"],
      commands: [],
    })
  })

  it('fail_after_running is what happens if nothing is said', async () => {
    const scenario = await Scenario.given(graph({ bad: {}, slow: {} }))
    scenario.collect()
    expect((await scenario.when(failed('bad', no))).events).toEqual(['StepFailed bad after 1: no'])
  })

  it('fail_after_running: a running step that is tried again may end first', async () => {
    const scenario = await Scenario.given(failing('fail_after_running'), [started(), failedEvent('bad', no, 1)])
    scenario.collect()
    expect((await scenario.when(failed('slow'))).commands).toEqual(['slow(null) attempt 2 at +1000'])
    expect((await scenario.when(done('slow', 1, 2))).events.at(-1)).toMatch(/^ExecutionFailed/)
  })

  it('fail_immediately: the execution fails though others run', async () => {
    const scenario = await Scenario.given(failing('fail_immediately'))
    scenario.collect()
    expect((await scenario.when(failed('bad', no))).events).toEqual([
      'StepFailed bad after 1: no',
      "ExecutionFailed: StepFailed: Step 'bad' failed after 1 attempt: no",
    ])
  })

  it('fail_immediately: the first failure is the one reported', async () => {
    const two = graph({ first: {}, second: { onFailure: 'fail_immediately' }, slow: {} })
    const scenario = await Scenario.given(two, [started(), failedEvent('first', no, 1)])
    scenario.collect()
    expect((await scenario.when(failed('second', no))).events.at(-1)).toMatch(/^ExecutionFailed: StepFailed: Step 'first'/)
  })

  it('ignore: what comes after it runs, without its output', async () => {
    const scenario = await Scenario.given(failing('ignore'))
    scenario.collect()
    expect((await scenario.when(failed('bad', no))).commands).toEqual(['next({},null)'])
  })
})
