import { HistoryMismatch } from '@baton/runtime'
import { ApplicationError } from '@baton/sdk'
import {
  childCompletes, childFails, childStarted, childStarts, completes, expires, exportHistory, fails, fires, given, iterationCompleted, kills, signalReceived, signals,
  started, stepCompleted, stepFailed, stepRetrying, stopRequested, stops, TestEnvironment, timedOut, timerFired, timerStarted, tokenCompleted, tokenCompletes,
  tokenFails, tokenIssued, updateAccepted, updateCompleted, updates,
} from '@baton/testing'
import { expect, test } from 'vitest'
import { Refusing, Shop } from './support/shop.ts'
import { Batch, Decision, Laborer, Review, Sender, Shipment, Subscription } from './support/talking.ts'

const order = { id: 'o1', items: ['a'] }
const begun = [started(order), stepCompleted('charge', 'r1')]
const packed = [...begun, stepCompleted('pack', { item: 'a', at: new Date(0) })]
const now = new Date('2026-01-01')
const week = new Date('2026-01-08')

test('without inputs it says what the execution waits for', async () => {
  expect(await given(Shop, [started(order)]).when()).toEqual({
    events: [],
    commands: [{ kind: 'step', command: 'charge', args: [order], attempt: 1, notBefore: undefined }],
    answers: [],
  })
})

test('an outcome asks for what comes next', async () => {
  expect(await given(Shop, begun).when(completes('pack', { item: 'a', at: new Date(0) }))).toEqual({
    events: [
      { type: 'StepCompleted', command: 'pack', data: { output: { item: 'a', at: new Date(0) } } },
      { type: 'TimerStarted', command: 'sleep', data: { dueAt: week } },
    ],
    commands: [{ kind: 'timer', command: 'sleep', dueAt: week }],
    answers: [],
  })
})

test('a failure is tried again at the time the policy says', async () => {
  const later = new Date('2026-01-01T00:01:00Z')
  const { events, commands } = await given(Shop, [started(order)], { now }).when(fails('charge', new Error('down')))
  expect(events).toMatchObject([{ type: 'StepRetrying', command: 'charge', data: { attempt: 1, retryAt: later } }])
  expect(commands).toEqual([{ kind: 'step', command: 'charge', args: [order], attempt: 2, notBefore: later }])
})

test('a final failure ends the execution', async () => {
  const { events, commands } = await given(Refusing, [started('application')]).when(fails('check', new ApplicationError('NotApproved')))
  expect(events.map(({ type }) => type)).toEqual(['StepFailed', 'ExecutionFailed'])
  expect(commands).toEqual([])
})

test('inputs come one after the other, and those without effect have none', async () => {
  const { events } = await given(Shop, begun).when(completes('charge', 'twice'), completes('pack', { item: 'a', at: new Date(0) }), fires('sleep'))
  expect(events.map(({ type }) => type)).toEqual(['StepCompleted', 'TimerStarted', 'TimerFired', 'ExecutionCompleted'])
})

test('a timer ends a sleep', async () => {
  const { events } = await given(Shop, [...packed, timerStarted('sleep', week)]).when(fires('sleep'))
  expect(events.at(-1)).toEqual({ type: 'ExecutionCompleted', command: undefined, data: { output: { receipt: 'r1', parcels: ['a'] } } })
})

test('each when begins from the history anew', async () => {
  const shop = given(Shop, begun)
  const first = await shop.when(completes('pack', { item: 'a', at: new Date(0) }))
  expect(await shop.when(completes('pack', { item: 'a', at: new Date(0) }))).toEqual(first)
})

test('a history may be an export', async () => {
  await using env = new TestEnvironment({ workflows: [Shop] })
  const handle = await env.start(Shop, { input: order })
  const { commands } = await given(Shop, await exportHistory(handle)).when()
  expect(commands).toEqual([{ kind: 'timer', command: 'sleep', dueAt: week }])
})

test('a history that is not the class’s is a mismatch', async () => {
  await expect(given(Shop, [started(order), timerFired('sleep')]).when()).rejects.toThrow(HistoryMismatch)
  await expect(given(Shop, [started(order), stepFailed('pack', new Error('x'))]).when()).rejects.toThrow(HistoryMismatch)
})

test('an attempt that is over has no effect', async () => {
  const retrying = [started(order), stepRetrying('charge', new Error('down'), { attempt: 1, retryAt: now })]
  expect(await given(Shop, retrying).when(completes('charge', 'late', 1))).toEqual({ events: [], commands: [], answers: [] })
  expect((await given(Shop, retrying).when(completes('charge', 'r', 2))).commands).toMatchObject([{ command: 'pack' }])
})

const types = (events: readonly { readonly type: string }[]): readonly string[] => events.map(({ type }) => type)

test('signals and updates get ids by their places, and updates answers', async () => {
  const turn = await given(Review, [started()]).when(signals('note', 'a'), updates('addNote', 'far too long'), signals('approve', 'ann'))
  expect(turn.events).toMatchObject([
    { type: 'SignalReceived', data: { id: 'message-1', name: 'note', args: ['a'] } },
    { type: 'SignalReceived', data: { id: 'message-3', name: 'approve' } },
    { type: 'ExecutionCompleted', data: { output: 'ann (a)' } },
  ])
  expect(turn.answers).toMatchObject([{ id: 'message-2', rejected: true, error: { message: 'TooLong' } }])
})

test('an update goes on from what the log has of it', async () => {
  const accepted = [started(), updateAccepted('u1', 'addNote', 'b'), timerStarted('sleep', now), timerFired('sleep')]
  const turn = await given(Review, [...accepted]).when(completes('store', 'B'))
  expect(types(turn.events)).toEqual(['StepCompleted', 'UpdateCompleted'])
  expect(turn.answers).toEqual([{ id: 'u1', output: 1 }])
  const after = given(Review, [...accepted, stepCompleted('store', 'B'), updateCompleted('u1', 1), signalReceived('note', 'c')])
  expect((await after.when(signals('approve', 'ann'))).events.at(-1)).toMatchObject({ data: { output: 'ann (B,c)' } })
})

test('a stop runs the cleanup, a kill and a timeout end it as they are called', async () => {
  const working = given(Laborer, [started('sleep'), timerStarted('sleep', week)])
  expect((await working.when(stops())).commands).toMatchObject([{ kind: 'abort', what: 'timer' }, { kind: 'step', command: 'undo' }])
  expect(types((await working.when(stops(), completes('undo'))).events)).toEqual(['StopRequested', 'StepCompleted', 'ExecutionStopped'])
  expect(types((await working.when(kills())).events)).toEqual(['ExecutionKilled'])
  expect(types((await working.when(expires(), completes('undo'))).events)).toEqual(['TimedOut', 'StepCompleted', 'ExecutionTimedOut'])
  const stopped = given(Laborer, [started('sleep'), timerStarted('sleep', week), stopRequested()])
  expect(types((await stopped.when(completes('undo'))).events)).toEqual(['StepCompleted', 'ExecutionStopped'])
  const late = given(Laborer, [started('sleep'), timerStarted('sleep', week), timedOut()])
  expect(types((await late.when(completes('undo'))).events)).toEqual(['StepCompleted', 'ExecutionTimedOut'])
})

test('a child is asked for with its input, and its end goes on in the parent', async () => {
  const parent = given(Shipment, [started({ item: 'lamp', how: 'await' })])
  expect((await parent.when()).commands).toEqual([
    { kind: 'child', command: 'child:parcel', workflow: 'parcel', execution: 'replayed/child:parcel', input: { item: 'lamp', after: '1d' } },
  ])
  expect(types((await parent.when(childStarts('child:parcel', 'p'), childCompletes('child:parcel', 'sent'))).events)).toEqual(['ChildStarted', 'ChildCompleted', 'ExecutionCompleted'])
  const failed = await given(Shipment, [started({ item: 'lamp', how: 'await' }), childStarted('child:parcel', 'p')]).when(childFails('child:parcel', new Error('lost')))
  expect(failed.events.at(-1)).toMatchObject({ type: 'ExecutionFailed', data: { error: { message: expect.stringContaining('lost') as string } } })
})

test('a signal to another execution is a command', async () => {
  expect((await given(Sender, [started({ to: 'r', by: 'bob' })]).when()).commands).toEqual([
    { kind: 'signal', command: 'signal:approve', execution: 'r', name: 'approve', args: ['bob'] },
  ])
})

test('a token is issued and completed', async () => {
  const mailed = [started(1), tokenIssued('token:manager'), stepCompleted('mail', 'token')]
  expect(types((await given(Decision, mailed).when(tokenCompletes('token:manager', 'yes'))).events)).toContain('ExecutionCompleted')
  expect(types((await given(Decision, mailed).when(tokenCompletes('token:manager', 'yes', 'another'))).events)).toEqual([])
  expect(types((await given(Decision, mailed).when(tokenFails('token:manager', new ApplicationError('no')))).events).at(-1)).toBe('ExecutionFailed')
  expect(types((await given(Decision, [...mailed, tokenCompleted('token:manager', 'yes')]).when()).events)).toEqual(['ExecutionCompleted'])
})

test('iterations that have ended are not run again', async () => {
  const { commands } = await given(Batch, [started([1, 2, 3]), iterationCompleted('forEach[0]', 2), iterationCompleted('forEach[1]', 4)]).when()
  expect(commands).toMatchObject([{ kind: 'timer', command: 'forEach[2]/sleep' }])
})

test('of a history with several runs the last is gone on with', async () => {
  await using env = new TestEnvironment({ workflows: [Subscription], time: 'manual' })
  const handle = await env.start(Subscription, { input: { month: 1, left: 3 } })
  await env.advance('45d')
  const { events } = await given(Subscription, await exportHistory(handle)).when(signals('end'))
  expect(events.at(-1)).toMatchObject({ type: 'ExecutionCompleted', data: { output: { months: 2 } } })
})

test('what comes after the end becomes nothing, and the end is not made again', async () => {
  const { events, commands } = await given(Review, [started(), signalReceived('approve', 'ann')]).when(signals('note', 'late'))
  expect({ events, commands }).toEqual({ events: [], commands: [] })
})
