import { describe, expect, it } from 'vitest'
import { fromRow, toRow } from '../../packages/runtime/src/core/event-row.ts'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'

const failure = { name: 'Error', message: 'no', code: 'E', stack: 'Error: no', cause: { name: 'Error', message: 'why' }, detail: { thrown: 'string' } }

describe('an event as a row', () => {
  it.each<[HistoryEvent, string | null, (string | null)?, (string | null)?]>([
    [{ type: 'ExecutionStarted', input: '{"a":1}' }, '{"a":1}'],
    [{ type: 'ExecutionStarted', input: null }, null],
    [{ type: 'StepCompleted', command: 'a#2', output: '5' }, '5'],
    [{ type: 'StepCompleted', command: 'a', output: null }, null],
    [{ type: 'StepRetrying', command: 'a', attempt: 2, retryAt: 1_000.5, failure }, JSON.stringify({ attempt: 2, retryAt: 1_000.5, failure })],
    [{ type: 'StepFailed', command: 'a', attempts: 3, failure }, JSON.stringify({ attempts: 3, failure })],
    [{ type: 'TimerStarted', command: 'sleep', dueAt: 12 }, '{"dueAt":12}'],
    [{ type: 'TimerFired', command: 'sleep' }, null],
    [{ type: 'ExecutionCompleted', output: 'null' }, 'null'],
    [{ type: 'ExecutionFailed', failure }, JSON.stringify(failure)],
    [{ type: 'ExecutionStarted', input: '1', start: { seed: 's', parent: { execution: 'p', command: 'child:c' } } }, '1', '{"seed":"s","parent":{"execution":"p","command":"child:c"}}'],
    [{ type: 'ContinuedAsNew', input: '2', start: { run: 2, since: 5, seen: ['a'] } }, '2', '{"run":2,"since":5,"seen":["a"]}'],
    [{ type: 'SignalReceived', id: 'm', name: 'approve', args: '["x"]' }, '["x"]', '{"id":"m"}', 'approve'],
    [{ type: 'UpdateAccepted', id: 'u', name: 'add', args: null }, null, '{"name":"add"}', 'u'],
    [{ type: 'UpdateCompleted', id: 'u', output: '3' }, '3', null, 'u'],
    [{ type: 'UpdateFailed', id: 'u', failure }, JSON.stringify(failure), null, 'u'],
    [{ type: 'ChildStarted', command: 'child:c', execution: 'x/child:c' }, null, '{"execution":"x/child:c"}'],
    [{ type: 'ChildStartFailed', command: 'child:c', failure }, JSON.stringify(failure)],
    [{ type: 'ChildCompleted', command: 'child:c', output: '1' }, '1'],
    [{ type: 'ChildFailed', command: 'child:c', failure }, JSON.stringify(failure)],
    [{ type: 'MessageDelivered', command: 'signal:a' }, null],
    [{ type: 'MessageFailed', command: 'signal:a', failure }, JSON.stringify(failure)],
    [{ type: 'TokenIssued', command: 'token:t', token: 'abc' }, null, '{"token":"abc"}'],
    [{ type: 'TokenCompleted', command: 'token:t', output: null }, null],
    [{ type: 'TokenFailed', command: 'token:t', failure }, JSON.stringify(failure)],
    [{ type: 'IterationCompleted', command: 'forEach[0]', output: '1', undo: [{ step: 'refund', args: '[1]', output: '2' }] }, '{"output":"1","undo":[{"step":"refund","args":"[1]","output":"2"}]}'],
    [{ type: 'IterationFailed', command: 'forEach[0]', failure }, JSON.stringify({ failure })],
    [{ type: 'Patched', id: 'p' }, null, null, 'p'],
    [{ type: 'AttributesSet', attributes: '{"a":1}' }, '{"a":1}'],
    [{ type: 'StopRequested', reason: 'r' }, null, '{"reason":"r"}'],
    [{ type: 'TimedOut', which: 'run' }, null, '{"which":"run"}'],
    [{ type: 'ExecutionStopped', failure }, JSON.stringify(failure)],
    [{ type: 'ExecutionTimedOut', failure }, JSON.stringify(failure)],
    [{ type: 'ExecutionKilled', failure }, JSON.stringify(failure)],
  ])('is read as it was written: %o', (event, payload, meta = null, subject = 'command' in event ? event.command : null) => {
    const row = toRow(event)
    expect(row).toEqual({ type: event.type, command: subject, payload, meta })
    expect(fromRow(row)).toEqual(event)
  })

  it('of a type only a newer version knows is refused by name', () => {
    expect(() => fromRow({ type: 'DreamDreamt', command: null, payload: null, meta: null })).toThrow(
      expect.objectContaining({ code: 'UnknownEvent', message: "The log holds an event of type 'DreamDreamt', written by a newer version; upgrade this worker." }),
    )
  })

  it('with a payload that is not its own is refused', () => {
    expect(() => fromRow({ type: 'TimerStarted', command: 'sleep', payload: '{"dueAt":"soon"}', meta: null })).toThrow(/dueAt/)
    expect(() => fromRow({ type: 'StepFailed', command: 'a', payload: null, meta: null })).toThrow(/invalid/i)
  })
})
