import { ApplicationError, PlatformError, StepFailed, StepTimedOut } from '@baton/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import type { Input } from '../../packages/runtime/src/core/input.ts'
import { endDeadline, startDeadline } from '../../packages/runtime/src/core/step-deadlines.ts'
import { toFailure } from '../../packages/runtime/src/payload/failure.ts'
import { done, failed, flow, retry, retryingEvent, Scenario, started, T0 } from './scenario.ts'

const begun: readonly HistoryEvent[] = [{ ...started(), at: T0 }]
const deadline: Input = { kind: 'deadline', command: 'work' }

/** What the program saw of a step with a `totalTimeout` of 5 s. */
const bounded = flow(
  async ({ step, sleep }) => {
    try {
      return await step('work')
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      await sleep(1)
      const { cause } = error as { cause: Error }
      return { attempts: error.attempts, kind: cause instanceof StepTimedOut ? cause.timeoutKind : cause.message, before: (cause.cause as Error | undefined)?.message }
    }
  },
  { work: { totalTimeoutMs: 5_000, retry: retry({ maxAttempts: 10, delay: 2_000, backoff: 'fixed' }) } },
)

describe('the time of a step over all attempts', () => {
  it('fails it while an attempt runs, and the attempt is told to stop', async () => {
    const scenario = await Scenario.given(bounded, begun)
    scenario.now = T0 + 5_000
    const { events, commands } = await scenario.when(deadline)
    expect(events[0]).toMatch(/^StepFailed work after 1: Step 'work' took longer than its totalTimeout of 5000 ms/)
    expect(commands[0]).toBe('abort step work')
  })

  it('fails it between two attempts, with the last failure as the cause', async () => {
    const scenario = await Scenario.given(bounded, [...begun, retryingEvent('work', 1, T0 + 4_900)])
    scenario.now = T0 + 4_800 // the attempt after has not begun
    await scenario.when(deadline)
    await scenario.when({ kind: 'timer', command: 'sleep' })
    expect(scenario.log.at(-1)).toBe('ExecutionCompleted = {"attempts":1,"kind":"total","before":"boom"}')
  })

  it('is not waited for by an attempt that could only begin after it', async () => {
    const scenario = await Scenario.given(bounded, begun)
    scenario.now = T0 + 2_999
    expect((await scenario.when(failed('work', new Error('busy')))).events).toEqual(['StepRetrying work after 1 at +4999: busy'])
    const late = await Scenario.given(bounded, begun)
    late.now = T0 + 3_000
    expect((await late.when(failed('work', new Error('busy')))).events[0]).toBe('StepFailed work after 1: busy')
  })

  it('comes too late for a step that has ended', async () => {
    const scenario = await Scenario.given(bounded, begun)
    const { events } = await scenario.when(done('work', 'ok'), deadline)
    expect(events).toEqual(['StepCompleted work = "ok"', 'ExecutionCompleted = "ok"'])
  })

  it('means nothing to a step without one, and to no step', async () => {
    const scenario = await Scenario.given(flow(async ({ step }) => step('work')))
    expect(await scenario.when(deadline, { kind: 'deadline', command: 'other' })).toEqual({ events: [], commands: [] })
  })

  it('is the same in a replay', async () => {
    const live = await Scenario.given(bounded, begun)
    await live.when(failed('work', new Error('busy')))
    live.now = T0 + 5_000
    await live.when(deadline)
    const again = await Scenario.given(bounded, live.history)
    const commands = again.collect().commands
    expect(commands).toEqual([expect.stringContaining('sleep')])
  })

  it('begins with the call, and the wait for a worker with each attempt', async () => {
    const scenario = await Scenario.given(
      flow(async ({ step }) => step('work'), { work: { totalTimeoutMs: 5_000, scheduleToStartTimeoutMs: 100 } }),
      begun,
    )
    const first = scenario.execution.commands.steps()
    expect(first.map((command) => [startDeadline(command), endDeadline(command)])).toEqual([[T0 + 100, T0 + 5_000]])
    scenario.now = T0 + 500
    await scenario.when(failed('work'))
    expect(scenario.execution.commands.steps().map((command) => [startDeadline(command), endDeadline(command)])).toEqual([[T0 + 1_600, T0 + 5_000]])
  })
})

describe('retries counted from the log', () => {
  const budgets = { work: { retry: retry({ maxAttempts: 3, delay: 100, jitter: 0.5, platform: { maxAttempts: 4 }, timeout: { maxAttempts: 2 } }) } }
  const work = flow(async ({ step }) => step('work'), budgets)
  const errors = [new Error('boom'), new PlatformError('no node'), new StepTimedOut('work', 5), new ApplicationError('Busy', { retryAfter: 70 })]

  it('go on after a replay as they would have without one', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...errors), { minLength: 1, maxLength: 9 }), async (failures) => {
      const live = await Scenario.given(work)
      for (const [i, error] of failures.entries()) {
        const input: Input = { kind: 'failed', command: 'work', attempt: i + 1, failure: toFailure(error) }
        const replayed = await Scenario.given(work, live.history)
        const events: readonly HistoryEvent[] = [live, replayed].flatMap((each) => each.execution.decide(input, T0) ?? [])
        expect(events[1]).toEqual(events[0])
        await live.when(input)
      }
    }), { numRuns: 40 })
  })

  it('give the details of the last heartbeat to the next attempt', async () => {
    const scenario = await Scenario.given(work)
    await scenario.when({ kind: 'failed', command: 'work', attempt: 1, failure: toFailure(new Error('boom')), details: '{"done":2}' })
    expect(scenario.execution.commands.steps()).toMatchObject([{ attempt: 2, details: '{"done":2}' }])
    const replayed = await Scenario.given(work, scenario.history)
    expect(replayed.execution.commands.steps()).toMatchObject([{ attempt: 2, details: '{"done":2}' }])
  })

  it('take what a lost worker had reported for the attempt that is due, and for no other', async () => {
    const reportOf = async (attempt: number, at: number): Promise<unknown> => {
      const scenario = await Scenario.given(work, begun)
      scenario.execution.commands.remember('work', { attempt, details: '{"done":5}', at })
      return scenario.execution.commands.steps()[0]?.details
    }
    expect(await reportOf(1, T0 + 1)).toBe('{"done":5}')
    expect(await reportOf(2, T0 + 1)).toBeUndefined()
    expect(await reportOf(1, T0 - 1)).toBeUndefined() // of an earlier run
  })
})
