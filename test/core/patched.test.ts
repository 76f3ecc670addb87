// C5: code changes under running executions: which branch an execution takes, and that it never changes its mind.
import { ContinueAsNew } from '@baton/sdk/host'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromRow, toRow } from '../../packages/runtime/src/core/event-row.ts'
import type { Program } from '../../packages/runtime/src/core/execution.ts'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import { replay } from '../../packages/runtime/src/core/replay.ts'
import { runLive } from './live-run.ts'
import { interpret, patchedProgram } from './random-program.ts'
import { completedEvent, done, drain, flow, plainStep, Scenario, started, timerFired, timerStarted } from './scenario.ts'

const mark: HistoryEvent = { type: 'Patched', id: 'fraud' }
const fraud = flow(async ({ step, patched }) => {
  await step('a')
  if (patched('fraud')) await step('check')
  await step('b')
})
const looped = flow(async ({ step, patched }) => {
  for (let i = 0; i < 3; i++) await step(patched('fraud') ? 'new' : 'old')
})

describe('patched()', () => {
  it('takes the new branch in a new execution, and marks it once, in the turn that asks', async () => {
    const scenario = await Scenario.given(fraud)
    scenario.collect()
    expect(await scenario.when(done('a'))).toEqual({ events: ['StepCompleted a = undefined', 'Patched fraud'], commands: ['check()'] })
    expect(await scenario.when(done('check'))).toEqual({ events: ['StepCompleted check = undefined'], commands: ['b()'] })
  })

  it('takes the old branch where the history passed it before there was a patch', async () => {
    const scenario = await Scenario.given(fraud, [started(), completedEvent('a'), completedEvent('b')])
    expect(scenario.log).toEqual(['ExecutionStarted', 'StepCompleted a = undefined', 'StepCompleted b = undefined'])
    expect(scenario.execution.completion).toEqual({ output: undefined })
  })

  it('takes the new branch where the history ends before it, as after a takeover', async () => {
    const scenario = await Scenario.given(fraud, [started(), completedEvent('a')])
    expect(scenario.collect()).toEqual({ events: ['Patched fraud'], commands: ['check()'] })
  })

  it('takes the new branch again in a replay of what bears the mark', async () => {
    const scenario = await Scenario.given(fraud, [started(), completedEvent('a'), mark])
    expect(scenario.collect()).toEqual({ events: [], commands: ['check()'] })
    await Scenario.given(fraud, [started(), completedEvent('a'), mark, completedEvent('check'), completedEvent('b')])
  })

  it('answers the same for the whole of a run, in a loop too', async () => {
    const fresh = await Scenario.given(looped)
    expect(fresh.collect()).toEqual({ events: ['Patched fraud'], commands: ['new()'] })
    expect((await fresh.when(done('new'))).events).toEqual(['StepCompleted new = undefined'])
    const old = await Scenario.given(looped, [started(), completedEvent('old')])
    expect(old.collect()).toEqual({ events: [], commands: ['old#2()'] })
    expect((await old.when(done('old#2'))).commands).toEqual(['old#3()'])
    await Scenario.given(looped, old.history)
  })

  it('asks anew in the run after continueAsNew', async () => {
    const program = flow(async ({ step, patched, input }) => {
      await step(patched('fraud') ? 'new' : 'old')
      if (input !== 'again') throw new ContinueAsNew('again')
    })
    const before = await Scenario.given(program, [started(), completedEvent('old')])
    const [event] = before.collect().events
    expect(event).toBe('ContinuedAsNew "again"')
    const next = await Scenario.given(program, [{ type: 'ContinuedAsNew', input: JSON.stringify('again'), start: { run: 2 } }])
    expect(next.collect()).toEqual({ events: ['Patched fraud'], commands: ['2/new()'] })
  })

  it('looks without marking in a condition, a query or a validator', async () => {
    const { execution } = await Scenario.given(flow(async ({ step }) => { await step('a') }))
    expect(execution.look(() => execution.root.patched('fraud'))).toBe(false)
    expect(execution.collect(0).events).toEqual([])
    const marked = await Scenario.given(fraud, [started(), completedEvent('a'), mark])
    expect(marked.execution.look(() => marked.execution.root.patched('fraud'))).toBe(true)
  })

  it('stands before a timer that is started in the same breath, and is no trouble to one that was', async () => {
    const program = flow(async ({ sleep, step, patched }) => {
      await sleep(10)
      if (patched('fraud')) await sleep(20)
      await step('a')
    })
    const old = [started(), timerStarted('sleep', 1_000_010), timerFired('sleep')]
    const scenario = await Scenario.given(program, old)
    expect(scenario.collect().events).toEqual(['Patched fraud', 'TimerStarted sleep#2 due +20'])
    await Scenario.given(program, scenario.history)
    await Scenario.given(program, [...old, completedEvent('a')])
  })
})

describe('a mark whose patch the code does not ask for any more', () => {
  const removed = flow(async ({ step }) => { await step('a'); await step('check'); await step('b') })
  const marked = [started(), completedEvent('a'), mark, completedEvent('check')]

  it('is a mismatch that names the patch', async () => {
    await expect(Scenario.given(removed, marked)).rejects.toThrow("the mark of patched('fraud')")
  })

  it('is accepted by deprecatePatch, which makes none', async () => {
    const program = flow(async ({ step, deprecatePatch }) => {
      await step('a')
      deprecatePatch('fraud')
      await step('check')
      await step('b')
    })
    await Scenario.given(program, marked)
    const fresh = await Scenario.given(program)
    fresh.collect()
    expect((await fresh.when(done('a'))).events).toEqual(['StepCompleted a = undefined'])
    await expect(Scenario.given(program, [started(), completedEvent('a'), { type: 'Patched', id: 'other' }])).rejects.toThrow("patched('other')")
  })
})

describe('in iterations of a forEach', () => {
  /** Three iterations, one after another; each is a step of its own, whose name says which branch it took. */
  const items = (code: 'old' | 'patched'): Program => async (execution) => {
    for (let i = 0; i < 3; i++) {
      await execution.requests.iterate(execution.root, `forEach[${i}]`, (lane) => {
        const name = code === 'patched' && lane.patched('fraud') ? 'new' : 'old'
        return execution.requests.step({ ...plainStep, name }, [], lane)
      })
    }
  }

  it('the mark stands in the main log, and is accepted when the iteration that asked is not run again', async () => {
    const scenario = await Scenario.given(items('patched'))
    expect(scenario.collect()).toEqual({ events: ['Patched fraud'], commands: ['forEach[0]/new()'] })
    await scenario.when(done('forEach[0]/new'))
    // As it is read by the next owner: without the log of the iteration that has ended.
    const history = scenario.history.filter((event) => event.lane !== 'forEach[0]').map((event) => ({ ...fromRow(toRow(event)), ...(event.lane === undefined ? {} : { lane: event.lane }) }))
    expect(history.map(({ type }) => type)).toEqual(['ExecutionStarted', 'Patched', 'IterationCompleted'])
    const again = await Scenario.given(items('patched'), history)
    expect(again.collect()).toEqual({ events: [], commands: ['forEach[1]/new()'] })
  })

  it('an iteration that has begun in the old code goes on in it, and so do all after it', async () => {
    const old = await Scenario.given(items('old'))
    old.collect()
    await old.when(done('forEach[0]/old'), done('forEach[1]/old'))
    // The logs of iterations that have ended are not read any more.
    const scenario = await Scenario.given(items('patched'), old.history.filter(({ lane }) => lane === undefined))
    expect(scenario.collect()).toEqual({ events: ['Patched fraud'], commands: ['forEach[2]/new()'] }) // nothing of it was done
    const begun: readonly HistoryEvent[] = [started(), { type: 'StepRetrying', command: 'forEach[0]/old', attempt: 1, retryAt: 0, failure: { name: 'Error', message: 'no' }, lane: 'forEach[0]' }]
    const going = await Scenario.given(items('patched'), begun)
    going.collect()
    expect((await going.when(done('forEach[0]/old', undefined, 2))).commands).toEqual(['forEach[1]/old()'])
  })
})

const RUNS = Number(process.env['BATON_PROPERTY_RUNS'] ?? 300)

describe('any program that was patched at any place', () => {
  it('replays each prefix of what the code before it wrote, and what the two have written together', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(patchedProgram, fc.array(fc.nat(999), { minLength: 1, maxLength: 60 }), async ({ old, patched }, choices) => {
        const before = await runLive(old, choices)
        for (let length = 1; length <= before.history.length; length++) {
          await expect(replay(interpret(patched, () => {}), before.history.slice(0, length), drain)).resolves.toBeDefined()
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('writes what it replays, at any point, and what replays once the old branch is gone if it bears the mark', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(patchedProgram, fc.array(fc.nat(999), { minLength: 1, maxLength: 60 }), async ({ patched, deprecated }, choices) => {
        const { history } = await runLive(patched, choices)
        for (let length = 1; length <= history.length; length++) {
          for (const code of [patched, deprecated]) await expect(replay(interpret(code, () => {}), history.slice(0, length), drain)).resolves.toBeDefined()
        }
      }),
      { numRuns: RUNS },
    )
  })
})
