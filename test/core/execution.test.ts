import { ApplicationError, StepFailed } from '@baton/sdk'
import { describe, expect, it } from 'vitest'
import type { Input } from '../../packages/runtime/src/core/input.ts'
import {
  completedEvent, done, failed, failedEvent, fired, flow, retryingEvent, Scenario, started, timerFired, timerStarted,
} from './scenario.ts'

const nothing = { events: [], commands: [] }

describe('a sequence of steps', () => {
  const sequence = flow(async ({ step, input }) => {
    const a = await step('a', input)
    const b = await step('b', a, 2)
    return [a, b]
  })

  it('asks for the first step at the start, with its arguments', async () => {
    const scenario = await Scenario.given(sequence, [started({ id: 'x' })])
    expect(scenario.collect()).toEqual({ events: [], commands: ['a({"id":"x"})'] })
  })

  it('asks for the next step when the first is done', async () => {
    const scenario = await Scenario.given(sequence)
    expect(await scenario.when(done('a', 'A'))).toEqual({ events: ['StepCompleted a = "A"'], commands: ['b("A",2)'] })
  })

  it('completes in the turn of its last outcome', async () => {
    const scenario = await Scenario.given(sequence, [started(), completedEvent('a', 'A')])
    scenario.collect()
    expect(await scenario.when(done('b', 'B'))).toEqual({
      events: ['StepCompleted b = "B"', 'ExecutionCompleted = ["A","B"]'],
      commands: [],
    })
  })

  it('asks after a replay for what has no outcome, and for nothing else', async () => {
    const scenario = await Scenario.given(sequence, [started(), completedEvent('a', 'A')])
    expect(scenario.collect()).toEqual({ events: [], commands: ['b("A",2)'] })
    expect(scenario.collect()).toEqual(nothing)
  })

  it('that fails ends the execution with the StepFailed', async () => {
    const scenario = await Scenario.given(sequence)
    expect(await scenario.when(failed('a', new ApplicationError('no')))).toEqual({
      events: ['StepFailed a after 1: no', "ExecutionFailed: StepFailed: Step 'a' failed after 1 attempt: no"],
      commands: [],
    })
  })

  it('that throws before any step fails at once', async () => {
    const scenario = await Scenario.given(flow(async () => { throw new ApplicationError('never') }))
    expect(scenario.collect()).toEqual({ events: ['ExecutionFailed: ApplicationError: never'], commands: [] })
  })

  it('that returns at once completes at once', async () => {
    const scenario = await Scenario.given(flow(async ({ input }) => input), [started(5)])
    expect(scenario.collect()).toEqual({ events: ['ExecutionCompleted = 5'], commands: [] })
  })
})

describe('what runs side by side', () => {
  it('Promise.all asks for everything at once and joins on the last', async () => {
    const scenario = await Scenario.given(flow(async ({ step }) => Promise.all([step('a'), step('b'), step('a')])))
    expect(scenario.collect().commands).toEqual(['a()', 'b()', 'a#2()'])
    expect(await scenario.when(done('a#2', 3), done('b', 2))).toEqual({ events: ['StepCompleted a#2 = 3', 'StepCompleted b = 2'], commands: [] })
    expect((await scenario.when(done('a', 1))).events).toEqual(['StepCompleted a = 1', 'ExecutionCompleted = [1,2,3]'])
  })

  it('Promise.all rejects with the first failure', async () => {
    const scenario = await Scenario.given(flow(async ({ step }) => Promise.all([step('a'), step('b')])))
    expect((await scenario.when(failed('b', new ApplicationError('no')))).events.at(-1)).toMatch(/^ExecutionFailed: StepFailed: Step 'b'/)
  })

  it('Promise.race goes on with the first, whichever it is', async () => {
    const race = flow(async ({ step }) => {
      const winner = await Promise.race([step('a'), step('b')])
      return step('report', winner)
    })
    const scenario = await Scenario.given(race)
    scenario.collect()
    expect((await scenario.when(done('b', 'B'), done('a', 'A'))).commands).toEqual(['report("B")'])
  })

  it('a loser of a race that answers later is recorded while the execution lives', async () => {
    const race = flow(async ({ step }) => {
      await Promise.race([step('a'), step('b')])
      return step('report')
    })
    const scenario = await Scenario.given(race, [started(), completedEvent('b')])
    scenario.collect()
    expect(await scenario.when(done('a'))).toEqual({ events: ['StepCompleted a = undefined'], commands: [] })
  })

  it('Promise.any goes on with the first success', async () => {
    const scenario = await Scenario.given(flow(async ({ step }) => Promise.any([step('a'), step('b')])))
    const { events } = await scenario.when(failed('a', new ApplicationError('no')), done('b', 'B'))
    expect(events).toEqual(['StepFailed a after 1: no', 'StepCompleted b = "B"', 'ExecutionCompleted = "B"'])
  })

  it('Promise.any with no success fails with what failed', async () => {
    const scenario = await Scenario.given(flow(async ({ step }) => Promise.any([step('a'), step('b')])))
    await scenario.when(failed('a', new ApplicationError('x')), failed('b', new ApplicationError('y')))
    const end = scenario.history.at(-1)
    expect(end).toMatchObject({ type: 'ExecutionFailed', failure: { name: 'AggregateError' } })
    expect(end?.type === 'ExecutionFailed' && end.failure.errors?.map(({ cause }) => cause?.message)).toEqual(['x', 'y'])
  })

  it('Promise.allSettled waits for all', async () => {
    const settled = flow(async ({ step }) => (await Promise.allSettled([step('a'), step('b')])).map(({ status }) => status))
    const scenario = await Scenario.given(settled)
    expect((await scenario.when(failed('a', new ApplicationError('no')))).events).toEqual(['StepFailed a after 1: no'])
    expect((await scenario.when(done('b'))).events.at(-1)).toBe('ExecutionCompleted = ["rejected","fulfilled"]')
  })

  it('a step nobody awaits may fail without ending anything', async () => {
    const floating = flow(async ({ step }) => {
      void step('log')
      return step('work')
    })
    const scenario = await Scenario.given(floating)
    scenario.collect()
    expect(await scenario.when(failed('log', new ApplicationError('no')))).toEqual({ events: ['StepFailed log after 1: no'], commands: [] })
    expect((await scenario.when(done('work', 1))).events.at(-1)).toBe('ExecutionCompleted = 1')
  })

  it('a step nobody awaits may be given what cannot be written', async () => {
    const floating = flow(async ({ step }) => {
      void step('log', () => 1)
      return step('work')
    })
    const unhandled: unknown[] = []
    const listen = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const scenario = await Scenario.given(floating)
    expect(scenario.collect().commands).toEqual(['work()'])
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })
})

describe('loops and their occurrences', () => {
  it('number the calls of a step: charge, charge#2, charge#3', async () => {
    const loop = flow(async ({ step }) => {
      for (const item of ['x', 'y', 'z']) await step('charge', item)
    })
    const scenario = await Scenario.given(loop)
    expect(scenario.collect().commands).toEqual(['charge("x")'])
    expect((await scenario.when(done('charge'))).commands).toEqual(['charge#2("y")'])
    expect((await scenario.when(done('charge#2'))).commands).toEqual(['charge#3("z")'])
  })

  it('are not shifted by a step of another name', async () => {
    const other = flow(async ({ step }) => {
      await step('audit')
      await step('charge')
      await step('charge')
    })
    const scenario = await Scenario.given(other, [started(), completedEvent('audit'), completedEvent('charge')])
    expect(scenario.collect().commands).toEqual(['charge#2()'])
  })

  it('run as long as outcomes say', async () => {
    const poll = flow(async ({ step, sleep }) => {
      let tries = 0
      for (; (await step('poll')) !== 'ready'; tries++) await sleep(10)
      return tries
    })
    const scenario = await Scenario.given(poll)
    await scenario.when(done('poll', 'no'), fired('sleep'), done('poll#2', 'no'), fired('sleep#2'), done('poll#3', 'ready'))
    expect(scenario.log.at(-1)).toBe('ExecutionCompleted = 2')
  })
})

describe('a failure that is caught', () => {
  it('is a StepFailed with the step, its attempts and the cause', async () => {
    const caught = flow(async ({ step }) => {
      try {
        return await step('charge')
      } catch (error) {
        if (!(error instanceof StepFailed) || !(error.cause instanceof ApplicationError)) throw error
        return step('refund', error.step, error.attempts, error.cause.type, error.cause.details)
      }
    })
    const scenario = await Scenario.given(caught)
    const declined = new ApplicationError('declined', { type: 'Declined', details: { code: 51 } })
    expect((await scenario.when(failed('charge', declined))).commands).toEqual(['refund("charge",1,"Declined",{"code":51})'])
  })

  it('lets finally run its steps', async () => {
    const cleanup = flow(async ({ step }) => {
      try {
        await step('work')
      } finally {
        await step('unlock')
      }
    })
    const scenario = await Scenario.given(cleanup, [started(), failedEvent('work')])
    expect(scenario.collect().commands).toEqual(['unlock()'])
    expect((await scenario.when(done('unlock'))).events.at(-1)).toMatch(/^ExecutionFailed: StepFailed: Step 'work'/)
  })

  it('of arguments that cannot be written is the error itself, and no command', async () => {
    const scenario = await Scenario.given(flow(async ({ step }) => step('charge', { by: () => 1 })))
    const { events, commands } = scenario.collect()
    expect(commands).toEqual([])
    expect(events).toEqual([
      "ExecutionFailed: PayloadNotSerializable: The arguments of step 'charge' cannot be written to the log: $[0].by is a function. Nothing was written.",
    ])
  })
})

describe('timers', () => {
  const wait = flow(async ({ step, sleep }) => {
    await sleep(5_000)
    return step('a')
  })

  it('begin with an event that says when they are due, by the clock of the turn', async () => {
    const scenario = await Scenario.given(wait)
    scenario.now += 250
    expect(scenario.collect()).toEqual({ events: ['TimerStarted sleep due +5250'], commands: ['sleep due +5250'] })
  })

  it('do not begin anew after a replay', async () => {
    const scenario = await Scenario.given(wait, [started(), timerStarted('sleep', 1_005_000)])
    scenario.now += 60_000
    expect(scenario.collect()).toEqual({ events: [], commands: ['sleep due +5000'] })
  })

  it('let the program go on when they fire', async () => {
    const scenario = await Scenario.given(wait, [started(), timerStarted('sleep', 1_005_000)])
    scenario.collect()
    expect(await scenario.when(fired('sleep'))).toEqual({ events: ['TimerFired sleep'], commands: ['a()'] })
  })

  it('of zero are timers too', async () => {
    const scenario = await Scenario.given(flow(async ({ sleep }) => sleep(0)))
    expect(scenario.collect().events).toEqual(['TimerStarted sleep due +0'])
  })

  it('are numbered as steps are', async () => {
    const scenario = await Scenario.given(flow(async ({ sleep }) => Promise.all([sleep(1), sleep(2)])))
    expect(scenario.collect().commands).toEqual(['sleep due +1', 'sleep#2 due +2'])
  })

  it('share their numbers with a step named sleep', async () => {
    const scenario = await Scenario.given(flow(async ({ sleep, step }) => Promise.all([step('sleep'), sleep(2)])))
    expect(scenario.collect().commands).toEqual(['sleep()', 'sleep#2 due +2'])
  })

  it('make a timeout with a race', async () => {
    const timeout = flow(async ({ sleep, step }) => Promise.race([step('slow'), sleep(100).then(() => 'too late')]))
    const scenario = await Scenario.given(timeout)
    scenario.collect()
    expect((await scenario.when(fired('sleep'))).events).toEqual(['TimerFired sleep', 'ExecutionCompleted = "too late"'])
  })
})

describe('an input that comes before the commands were collected, as after a takeover', () => {
  const both = flow(async ({ step }) => {
    const [a] = await Promise.all([step('a'), step('b')])
    return step('c', a)
  })

  it('leaves its step out: a recorded step never runs again', async () => {
    const scenario = await Scenario.given(both)
    expect((await scenario.when(done('a', 1))).commands).toEqual(['b()'])
  })

  it('has a failed step asked for once, as the next attempt', async () => {
    const scenario = await Scenario.given(both)
    expect((await scenario.when(failed('a'))).commands).toEqual(['a() attempt 2 at +1000', 'b()'])
  })
})

describe('an input without effect', () => {
  const sequence = flow(async ({ step, sleep }) => {
    await step('a')
    await sleep(10)
    await step('b')
  })

  it.each<[string, Input[]]>([
    ['a second outcome of a step', [done('a', 'other')]],
    ['a failure after the success', [failed('a')]],
    ['an outcome of an attempt that is to come', [done('b', 1, 2)]],
    ['an outcome of a step that was never asked for', [done('c')]],
    ['an outcome of an occurrence that does not exist', [done('b#2')]],
    ['a second firing of a timer', [fired('sleep')]],
    ['a firing of a step', [fired('b')]],
    ['a firing of nothing', [fired('sleep#2')]],
  ])('%s becomes no event', async (_, inputs) => {
    const history = [started(), completedEvent('a'), timerStarted('sleep', 1_000_010), timerFired('sleep')]
    const scenario = await Scenario.given(sequence, history)
    expect(scenario.collect().commands).toEqual(['b()'])
    expect(await scenario.when(...inputs)).toEqual(nothing)
    expect(scenario.history).toEqual(history)
  })

  it('is a late answer of an attempt that was given up', async () => {
    const scenario = await Scenario.given(sequence, [started(), retryingEvent('a', 1, 1_001_000)])
    expect(await scenario.when(done('a', 'late', 1), failed('a', new Error('late'), 1))).toEqual(nothing)
    expect((await scenario.when(done('a', 'ok', 2))).events).toEqual(['StepCompleted a = "ok"', 'TimerStarted sleep due +10'])
  })

  it('is an outcome where a timer waits', async () => {
    const scenario = await Scenario.given(sequence, [started(), completedEvent('a'), timerStarted('sleep', 1_000_010)])
    expect(await scenario.when(done('sleep'), failed('sleep'))).toEqual(nothing)
  })

  it('is whatever comes after the end', async () => {
    const scenario = await Scenario.given(flow(async ({ step }) => Promise.race([step('a'), step('b')])))
    await scenario.when(done('a', 1))
    expect(await scenario.when(done('b', 2), done('a', 1))).toEqual(nothing)
    expect(scenario.log).toEqual(['ExecutionStarted', 'StepCompleted a = 1', 'ExecutionCompleted = 1'])
  })

  it('is the rest of a turn in which the execution ended', async () => {
    const scenario = await Scenario.given(flow(async ({ step }) => Promise.race([step('a'), step('b')])))
    expect((await scenario.when(done('a', 1), done('b', 2))).events).toEqual(['StepCompleted a = 1', 'ExecutionCompleted = 1'])
  })
})

describe('the end', () => {
  it('asks for nothing any more, not even what was asked in the same turn', async () => {
    const scenario = await Scenario.given(flow(async ({ step, sleep }) => {
      await step('a')
      void step('b')
      void sleep(10)
      return 'end'
    }))
    expect(await scenario.when(done('a'))).toEqual({ events: ['StepCompleted a = undefined', 'ExecutionCompleted = "end"'], commands: [] })
  })

  it('with an output that cannot be written is a failure that says so', async () => {
    const scenario = await Scenario.given(flow(async () => ({ by: () => 1 })))
    expect(scenario.collect().events).toEqual([
      "ExecutionFailed: PayloadNotSerializable: The result of workflow 'flow' cannot be written to the log: $.by is a function. Nothing was written.",
    ])
  })

  it.each([
    ['that completed', flow(async ({ step }) => step('a'))],
    ['that failed', flow(async ({ step }) => { await step('a'); throw new Error('no') })],
    ['whose output could not be written', flow(async ({ step }) => { await step('a'); return () => 1 })],
  ])('%s replays', async (_, program) => {
    const live = await Scenario.given(program)
    await live.when(done('a'))
    expect(live.history).toHaveLength(3)
    const again = await Scenario.given(program, live.history)
    expect(again.execution.completion).toBeDefined()
  })
})

describe('withholding', () => {
  const both = flow(async ({ step, sleep }) => Promise.all([step('a'), step('b'), sleep(5)]))

  it('leaves out the steps that somebody has in hand', async () => {
    const scenario = await Scenario.given(both)
    scenario.execution.commands.withhold(new Set(['a', 'other']))
    expect(scenario.collect().commands).toEqual(['b()', 'sleep due +5'])
    expect(scenario.execution.openCommands()).toEqual(['a', 'b', 'sleep'])
  })

  it('still hears of their outcomes', async () => {
    const scenario = await Scenario.given(both)
    scenario.execution.commands.withhold(new Set(['a']))
    scenario.collect()
    expect((await scenario.when(done('a', 1))).events).toEqual(['StepCompleted a = 1'])
  })

  it('never leaves out a timer: nobody else has it', async () => {
    const scenario = await Scenario.given(both)
    scenario.execution.commands.withhold(new Set(['sleep']))
    expect(scenario.collect().commands).toEqual(['a()', 'b()', 'sleep due +5'])
  })

  it('is undone by reopening, which asks for all that is open', async () => {
    const scenario = await Scenario.given(both)
    scenario.execution.commands.withhold(new Set(['a']))
    scenario.collect()
    scenario.execution.reopen()
    expect(scenario.collect()).toEqual({ events: [], commands: ['a()', 'b()', 'sleep due +5'] })
  })

  it('does not hold back the next attempt', async () => {
    const scenario = await Scenario.given(both)
    scenario.execution.commands.withhold(new Set(['a']))
    scenario.collect()
    expect((await scenario.when(failed('a'))).commands).toEqual(['a() attempt 2 at +1000'])
  })
})

it('a history begins with ExecutionStarted or ContinuedAsNew', async () => {
  await expect(Scenario.given(flow(async () => 1), [completedEvent('a')])).rejects.toThrow('A history begins with ExecutionStarted or ContinuedAsNew.')
})
