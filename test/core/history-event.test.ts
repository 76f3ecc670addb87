import { describe, expect, it } from 'vitest'
import { fromRow, type HistoryEvent, toRow } from '../../packages/runtime/src/core/history-event.ts'

const failure = { name: 'Error', message: 'no', code: 'E', stack: 'Error: no', cause: { name: 'Error', message: 'why' }, detail: { thrown: 'string' } }

describe('an event as a row', () => {
  it.each<[HistoryEvent, string | null]>([
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
  ])('is read as it was written: %o', (event, payload) => {
    const row = toRow(event)
    expect(row).toEqual({ type: event.type, command: 'command' in event ? event.command : null, payload })
    expect(fromRow(row)).toEqual(event)
  })

  it('of a type only a newer version knows is refused by name', () => {
    expect(() => fromRow({ type: 'SignalReceived', command: null, payload: null })).toThrow(
      expect.objectContaining({ code: 'UnknownEvent', message: "The log holds an event of type 'SignalReceived', written by a newer version; upgrade this worker." }),
    )
  })

  it('with a payload that is not its own is refused', () => {
    expect(() => fromRow({ type: 'TimerStarted', command: 'sleep', payload: '{"dueAt":"soon"}' })).toThrow(/dueAt/)
    expect(() => fromRow({ type: 'StepFailed', command: 'a', payload: null })).toThrow(/invalid/i)
  })
})
