import { ApplicationError } from '@baton/sdk'
import { describe, expect, it } from 'vitest'
import { done, failed, flow, retry, retryingEvent, Scenario, started } from './scenario.ts'

describe('retries', () => {
  const work = flow(async ({ step }) => step('work'), {
    work: { retry: retry({ maxAttempts: 5, delay: 1_000, backoff: 3, maxDelay: 5_000, nonRetryable: ['Fatal', 'EACCES', 'Declined'] }) },
  })

  it('come after a delay that grows to its cap, until the attempts are used up', async () => {
    const scenario = await Scenario.given(work)
    const lines: unknown[] = []
    for (let attempt = 1; attempt <= 5; attempt++) lines.push(await scenario.when(failed('work', new Error('boom'), attempt)))
    expect(lines).toEqual([
      { events: ['StepRetrying work after 1 at +1000: boom'], commands: ['work() attempt 2 at +1000'] },
      { events: ['StepRetrying work after 2 at +3000: boom'], commands: ['work() attempt 3 at +3000'] },
      { events: ['StepRetrying work after 3 at +5000: boom'], commands: ['work() attempt 4 at +5000'] },
      { events: ['StepRetrying work after 4 at +5000: boom'], commands: ['work() attempt 5 at +5000'] },
      { events: ['StepFailed work after 5: boom', "ExecutionFailed: StepFailed: Step 'work' failed after 5 attempts: boom"], commands: [] },
    ])
  })

  it('count from the clock at the failure', async () => {
    const scenario = await Scenario.given(work)
    scenario.now += 500
    expect((await scenario.when(failed('work'))).events).toEqual(['StepRetrying work after 1 at +1500: boom'])
  })

  it('keep the attempt and its time over a replay', async () => {
    const scenario = await Scenario.given(work, [started(), retryingEvent('work', 1, 1_001_000), retryingEvent('work', 2, 1_004_000)])
    expect(scenario.collect().commands).toEqual(['work() attempt 3 at +4000'])
  })

  it('end with the success of a later attempt', async () => {
    const scenario = await Scenario.given(work, [started(), retryingEvent('work', 1, 1_001_000)])
    expect((await scenario.when(done('work', 'ok', 2))).events).toEqual(['StepCompleted work = "ok"', 'ExecutionCompleted = "ok"'])
  })

  class Refused extends ApplicationError {
    static override readonly kind = 'Refused'
  }

  it.each<[string, unknown, boolean]>([
    ['an ordinary error', new TypeError('x'), true],
    ['an ApplicationError', new ApplicationError('x'), false],
    ['a retryable ApplicationError', new ApplicationError('x', { retryable: true }), true],
    ["an author's subclass of ApplicationError", new Refused('x'), false],
    ['a name that is listed', Object.assign(new Error('x'), { name: 'Fatal' }), false],
    ['a code that is listed', Object.assign(new Error('x'), { code: 'EACCES' }), false],
    ['a type that is listed, retryable or not', new ApplicationError('x', { type: 'Declined', retryable: true }), false],
    ['a code of its own', Object.assign(new Error('x'), { code: 'ECONNRESET' }), true],
    ['a result that cannot be written', Object.assign(new Error('x'), { code: 'PayloadNotSerializable' }), false],
    ['something thrown that is no error', 'text', true],
  ])('after %s', async (_, error, again) => {
    const scenario = await Scenario.given(work)
    const { events } = await scenario.when(failed('work', error))
    expect(events[0]?.startsWith('StepRetrying')).toBe(again)
  })

  it('without a delay stay at once after a thousand attempts', async () => {
    const eager = flow(async ({ step }) => step('work'), { work: { retry: retry({ maxAttempts: 10_000, delay: 0, backoff: 2, maxDelay: 60_000 }) } })
    const scenario = await Scenario.given(eager, [started(), retryingEvent('work', 1_999, 1_000_000)])
    expect((await scenario.when(failed('work', new Error('boom'), 2_000))).events).toEqual(['StepRetrying work after 2000 at +0: boom'])
  })

  it('with a delay stay at the cap after a thousand attempts', async () => {
    const patient = flow(async ({ step }) => step('work'), { work: { retry: retry({ maxAttempts: 10_000, delay: 1, backoff: 2, maxDelay: 60_000 }) } })
    const scenario = await Scenario.given(patient, [started(), ...Array.from({ length: 1_999 }, (_, i) => retryingEvent('work', i + 1, 1_000_000))])
    expect((await scenario.when(failed('work', new Error('boom'), 2_000))).events).toEqual(['StepRetrying work after 2000 at +60000: boom'])
  })
})
