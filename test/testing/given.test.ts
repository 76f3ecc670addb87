import { HistoryMismatch } from '@baton/runtime'
import { ApplicationError } from '@baton/sdk'
import { completes, fails, fires, given, started, stepCompleted, stepFailed, stepRetrying, TestEnvironment, timerFired, timerStarted } from '@baton/testing'
import { expect, test } from 'vitest'
import { Refusing, Shop } from './support/shop.ts'

const order = { id: 'o1', items: ['a'] }
const begun = [started(order), stepCompleted('charge', 'r1')]
const packed = [...begun, stepCompleted('pack', { item: 'a', at: new Date(0) })]
const now = new Date('2026-01-01')
const week = new Date('2026-01-08')

test('without inputs it says what the execution waits for', async () => {
  expect(await given(Shop, [started(order)]).when()).toEqual({
    events: [],
    commands: [{ kind: 'step', command: 'charge', args: [order], attempt: 1, notBefore: undefined }],
  })
})

test('an outcome asks for what comes next', async () => {
  expect(await given(Shop, begun).when(completes('pack', { item: 'a', at: new Date(0) }))).toEqual({
    events: [
      { type: 'StepCompleted', command: 'pack', data: { output: { item: 'a', at: new Date(0) } } },
      { type: 'TimerStarted', command: 'sleep', data: { dueAt: week } },
    ],
    commands: [{ kind: 'timer', command: 'sleep', dueAt: week }],
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

test('a history may be that of a handle', async () => {
  await using env = new TestEnvironment({ workflows: [Shop] })
  const handle = await env.start(Shop, { input: order })
  const { commands } = await given(Shop, await handle.history()).when()
  expect(commands).toEqual([{ kind: 'timer', command: 'sleep', dueAt: week }])
})

test('a history that is not the class’s is a mismatch', async () => {
  await expect(given(Shop, [started(order), timerFired('sleep')]).when()).rejects.toThrow(HistoryMismatch)
  await expect(given(Shop, [started(order), stepFailed('pack', new Error('x'))]).when()).rejects.toThrow(HistoryMismatch)
})

test('an attempt that is over has no effect', async () => {
  const retrying = [started(order), stepRetrying('charge', new Error('down'), { attempt: 1, retryAt: now })]
  expect(await given(Shop, retrying).when(completes('charge', 'late', 1))).toEqual({ events: [], commands: [] })
  expect((await given(Shop, retrying).when(completes('charge', 'r', 2))).commands).toMatchObject([{ command: 'pack' }])
})
