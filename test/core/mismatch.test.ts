import { describe, expect, it } from 'vitest'
import type { Program } from '../../packages/runtime/src/core/execution.ts'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import { HistoryMismatch, type MismatchDetail } from '../../packages/runtime/src/core/history-mismatch.ts'
import { completedEvent, failedEvent, flow, retryingEvent, Scenario, started, timerFired, timerStarted } from './scenario.ts'

const timer = [timerStarted('sleep', 1_000_010), timerFired('sleep')]
const completed: HistoryEvent = { type: 'ExecutionCompleted', output: null }
const failedEnd: HistoryEvent = { type: 'ExecutionFailed', failure: { name: 'Error', message: 'no' } }

const AB = flow(async ({ step }) => { await step('a'); await step('b') })
const ABC = flow(async ({ step }) => { await step('a'); await step('b'); await step('c') })

type Row = readonly [change: string, now: Program, history: readonly HistoryEvent[], detail: MismatchDetail]

describe('code that did not write the history is told from it', () => {
  it.each<Row>([
    [
      'a step removed',
      flow(async ({ step }) => { await step('b') }),
      [started(), completedEvent('a')],
      { seq: 2, expected: "StepCompleted of 'a'", actual: ['b'] },
    ],
    [
      'a step renamed',
      flow(async ({ step }) => { await step('a'); await step('bb') }),
      [started(), completedEvent('a'), completedEvent('b')],
      { seq: 3, expected: "StepCompleted of 'b'", actual: ['bb'] },
    ],
    [
      'steps reordered',
      flow(async ({ step }) => { await step('b'); await step('a') }),
      [started(), completedEvent('a'), completedEvent('b')],
      { seq: 2, expected: "StepCompleted of 'a'", actual: ['b'] },
    ],
    [
      'a timer added before',
      flow(async ({ step, sleep }) => { await sleep(10); await step('a') }),
      [started(), completedEvent('a')],
      { seq: 2, expected: "StepCompleted of 'a'", actual: ['sleep'] },
    ],
    [
      'a timer removed',
      AB,
      [started(), ...timer, completedEvent('a')],
      { seq: 2, expected: "TimerStarted of 'sleep'", actual: ['a'] },
    ],
    [
      'a timer where a step of its name was',
      flow(async ({ sleep }) => sleep(10)),
      [started(), completedEvent('sleep')],
      { seq: 2, expected: "StepCompleted of 'sleep'", actual: ['sleep'] },
    ],
    [
      'a loop that turns less often',
      flow(async ({ step }) => { await step('a'); await step('end') }),
      [started(), completedEvent('a'), completedEvent('a#2')],
      { seq: 3, expected: "StepCompleted of 'a#2'", actual: ['end'] },
    ],
    [
      'side by side made one after another',
      AB,
      [started(), completedEvent('b'), completedEvent('a')],
      { seq: 2, expected: "StepCompleted of 'b'", actual: ['a'] },
    ],
    [
      'a retried step gone',
      flow(async ({ step }) => { await step('b') }),
      [started(), retryingEvent('a', 1, 1_001_000)],
      { seq: 2, expected: "StepRetrying of 'a'", actual: ['b'] },
    ],
    [
      'a failed step gone',
      flow(async ({ step }) => { await step('b') }),
      [started(), failedEvent('a')],
      { seq: 2, expected: "StepFailed of 'a'", actual: ['b'] },
    ],
    [
      'code that ends early',
      flow(async ({ step }) => { await step('a') }),
      [started(), completedEvent('a'), completedEvent('b')],
      { seq: 3, expected: "StepCompleted of 'b'", actual: ['nothing: it has ended'] },
    ],
    [
      'code that ends early by a race, though the loser is still open',
      flow(async ({ step }) => { await Promise.race([step('a'), step('b')]) }),
      [started(), completedEvent('a'), completedEvent('b'), completedEvent('c')],
      { seq: 3, expected: "StepCompleted of 'b'", actual: ['nothing: it has ended'] },
    ],
    [
      'code that goes on',
      ABC,
      [started(), completedEvent('a'), completedEvent('b'), completed],
      { seq: 4, expected: 'ExecutionCompleted', actual: ['c'] },
    ],
    [
      'code that goes on where it failed',
      ABC,
      [started(), completedEvent('a'), completedEvent('b'), failedEnd],
      { seq: 4, expected: 'ExecutionFailed', actual: ['c'] },
    ],
    [
      'code that fails where it completed',
      flow(async ({ step }) => { await step('a'); throw new Error('no') }),
      [started(), completedEvent('a'), completed],
      { seq: 3, expected: 'ExecutionCompleted', actual: ['nothing: it has ended'] },
    ],
    [
      'code that completes where it failed',
      AB,
      [started(), completedEvent('a'), completedEvent('b'), failedEnd],
      { seq: 4, expected: 'ExecutionFailed', actual: ['nothing: it has ended'] },
    ],
    [
      'a history that begins twice',
      AB,
      [started(), started()],
      { seq: 2, expected: 'a second ExecutionStarted', actual: ['a'] },
    ],
    [
      'an outcome that stands there twice',
      AB,
      [started(), completedEvent('a'), completedEvent('a')],
      { seq: 3, expected: "StepCompleted of 'a'", actual: ['b'] },
    ],
  ])('%s', async (_, now, history, detail) => {
    const error = await Scenario.given(now, history).then(() => undefined, (reason: unknown) => reason)
    expect(error).toBeInstanceOf(HistoryMismatch)
    expect((error as HistoryMismatch).detail).toMatchObject(detail)
  })

  it('in a sentence for people', async () => {
    await expect(Scenario.given(AB, [started(), completedEvent('x')])).rejects.toThrow(
      "Event 2 of the history is StepCompleted of 'x', but the code at this point waits for a.",
    )
  })

  it('naming twenty of the commands that wait at most', async () => {
    const wide = flow(async ({ step }) => Promise.all(Array.from({ length: 50 }, () => step('a'))))
    const error = await Scenario.given(wide, [started(), completedEvent('x')]).then(() => undefined, (reason: unknown) => reason)
    expect((error as HistoryMismatch).detail.actual).toHaveLength(20)
  })
})

describe('code that may have written the history goes on with it', () => {
  it.each<[string, Program, readonly HistoryEvent[], readonly string[]]>([
    ['a step added at the end', ABC, [started(), completedEvent('a')], ['b()']],
    ['a step added where the log has not been', flow(async ({ step }) => { await step('a'); await step('new'); await step('b') }), [started(), completedEvent('a')], ['new()']],
    ['a step of another name added beside', flow(async ({ step }) => { void step('audit'); await step('a'); await step('b') }), [started(), completedEvent('a')], ['audit()', 'b()']],
    ['a step made one of two', flow(async ({ step }) => Promise.all([step('b'), step('a')])), [started(), completedEvent('a')], ['b()']],
  ])('%s', async (_, now, history, commands) => {
    expect((await Scenario.given(now, history)).collect().commands).toEqual(commands)
  })
})
