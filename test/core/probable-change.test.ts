// C5: a mismatch says what was probably changed.
import { describe, expect, it } from 'vitest'
import { HistoryMismatch } from '../../packages/runtime/src/core/history-mismatch.ts'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import { probableChange } from '../../packages/runtime/src/core/probable-change.ts'
import { replay } from '../../packages/runtime/src/core/replay.ts'
import { bareSetting } from '../../packages/runtime/src/core/setting.ts'
import { completedEvent, drain, flow, started, timerStarted } from './scenario.ts'

const end: HistoryEvent = { type: 'ExecutionCompleted', output: null }

describe('what was probably changed', () => {
  it.each<readonly [string, readonly HistoryEvent[], number, readonly string[], boolean, readonly string[] | undefined, string]>([
    ['a step renamed', [completedEvent('charge')], 0, ['chargeCard'], false, ['chargeCard'], "Step 'charge' was renamed to 'chargeCard'"],
    ['a step renamed, in an iteration', [completedEvent('forEach[1]/pack#2')], 0, ['forEach[1]/packs#2'], false, ['packs'], "Step 'pack' was renamed to 'packs'"],
    ['a step removed', [completedEvent('charge')], 0, ['ship'], false, ['ship'], "Step 'charge' was removed from the class"],
    ['steps reordered', [completedEvent('a'), completedEvent('b')], 0, ['b'], false, ['a', 'b'], "'b' was moved before 'a'"],
    ['a step put before', [completedEvent('a')], 0, ['check'], false, ['a', 'check'], "'check' was added before 'a'"],
    ['a timer put before', [completedEvent('a')], 0, ['sleep'], false, ['a'], "'sleep' was added before 'a'"],
    ['a timer removed', [timerStarted('sleep', 1), completedEvent('a')], 0, ['a'], false, ['a'], "'a' was moved before 'sleep', or 'sleep' was removed"],
    ['a loop that turns less often', [completedEvent('a'), completedEvent('a#2')], 1, ['end'], false, ['a', 'end'], "A loop that called 'a' runs less often"],
    ['an early end', [completedEvent('a')], 0, [], true, ['a'], "'a' and what came after it was removed"],
    ['a step after the end', [completedEvent('a'), end], 1, ['b'], false, ['a', 'b'], "'b' was added after what was the end"],
    ['another end', [end], 0, [], true, [], 'ended otherwise'],
    ['a call that is gone', [completedEvent('a')], 0, [], false, ['a'], "The call of 'a' was removed"],
    ['a patch removed too early', [{ type: 'Patched', id: 'p' }], 0, ['a'], false, ['a'], "put deprecatePatch('p') in its place"],
    ['a program without a class', [completedEvent('charge')], 0, ['charge2'], false, undefined, "Step 'charge' was renamed to 'charge2'"],
  ])('%s', (...row) => {
    const [, history, at, open, ended, steps, said] = row
    const written = new Set(history.flatMap((event) => ('command' in event ? [event.command] : [])))
    expect(probableChange({ event: history[at], open, written, ended, steps: steps && new Set(steps) })).toContain(said)
  })

  it('is part of the error, with where the steps are written', async () => {
    const program = flow(async ({ step }) => { await step('chargeCard') })
    const setting = { ...bareSetting, steps: new Map([['chargeCard', 'src/order.ts:12:3']]) }
    const error: unknown = await replay(program, [started(), completedEvent('charge')], drain, setting).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(HistoryMismatch)
    expect(error).toMatchObject({
      message: "Event 2 of the history is StepCompleted of 'charge', but the code at this point waits for chargeCard (src/order.ts:12:3). Step 'charge' was renamed to 'chargeCard'; guard the new name with patched(), or keep the old one.",
      detail: { seq: 2, node: 'charge', positions: { chargeCard: 'src/order.ts:12:3' } },
    })
  })
})
