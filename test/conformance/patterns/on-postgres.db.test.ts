// Some of the patterns once more on Postgres, with two workers and executions that leave memory as soon as they wait.
import { Baton } from '@baton/runtime'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { testWorker } from '../../support/worker.ts'
import { Diagnosis } from './wcp-14-multiple-instances-run-time.ts'
import { Complaint } from './wcp-16-deferred-choice.ts'
import { Course } from './wcp-18-milestone.ts'
import { Mortgage } from './wcp-20-cancel-case.ts'
import { Assembly, type Part } from './wcp-22-recursion.ts'
import { Parking } from './wcp-24-persistent-trigger.ts'
import { Quotes } from './wcp-29-cancelling-discriminator.ts'
import { Bicycles } from './wcp-33-generalised-and-join.ts'
import { OrdersOfTheDay } from './wcp-39-critical-section.ts'
import { Rescue } from './wcp-43-explicit-termination.ts'

const workflows = [Diagnosis, Complaint, Course, Mortgage, Assembly, Parking, Quotes, Bicycles, OrdersOfTheDay, Rescue]

let stack: AsyncDisposableStack
let baton: Baton

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  for (let worker = 0; worker < 2; worker++) stack.use(await testWorker(url, { workflows, parkAfter: 20 }))
  baton = stack.use(await Baton.connect(url))
})
afterAll(() => stack.disposeAsync())

let ids = 0
let id = ''
beforeEach(() => {
  id = `pattern-${++ids}`
})

test('WCP-14 Multiple Instances with a priori Run-Time Knowledge', async () => {
  const symptoms = ['cough', 'fever', 'rash']
  expect(await baton.execute(Diagnosis, { id, input: symptoms })).toBe(symptoms.map((symptom) => `test for ${symptom}: negative`).join('; '))
})

test('WCP-16 Deferred Choice', async () => {
  const taken = await baton.start(Complaint, { id, input: 3_600_000 })
  await taken.signal('takenBy', 'manager')
  await taken.signal('takenBy', 'agent')
  expect(await taken.result()).toBe('the manager has called')
  expect(await baton.execute(Complaint, { id: `${id}-late`, input: 30 })).toBe('we have written')
})

test('WCP-18 Milestone', async () => {
  const course = await baton.start(Course, { id, input: { openAfterMs: 10, openForMs: 3_000 } })
  await expect.poll(() => course.update('enrol', 'ann').catch(({ code }: { code: string }) => code), { timeout: 10_000 }).toBe(1)
  await expect.poll(() => course.update('enrol', 'bob').catch(({ code }: { code: string }) => code), { timeout: 10_000, interval: 500 }).toBe('UpdateRejected')
  expect((await course.result())[0]).toBe('ann')
})

test('WCP-20 Cancel Case', async () => {
  const mortgage = await baton.start(Mortgage, { id, input: undefined })
  await expect.poll(async () => (await mortgage.history()).map(({ type }) => type), { timeout: 10_000 }).toContain('TimerStarted')
  await mortgage.stop('the house is sold')
  await expect(mortgage.result()).rejects.toMatchObject({ code: 'ExecutionStopped', cause: { reason: 'the house is sold' } })
  expect((await mortgage.history()).flatMap(({ type, command }) => (type === 'StepCompleted' ? [command] : []))).toEqual(['reserveFunds', 'releaseFunds'])
})

test('WCP-22 Recursion', async () => {
  const part = (name: string, ...parts: readonly Part[]): Part => ({ name, parts })
  const input = part('bicycle', part('wheel', part('rim'), part('tyre')), part('frame'))
  expect(await baton.execute(Assembly, { id, input })).toBe('bicycle(wheel(rim tyre) frame)')
})

test('WCP-24 Persistent Trigger', async () => {
  const parking = await baton.signalWithStart(Parking, { id, input: undefined, signal: { name: 'pay', args: [250] } })
  expect(await parking.result()).toBe('opened for 250')
})

test('WCP-29 Cancelling Discriminator', async () => {
  const quotes = await baton.start(Quotes, { id, input: ['rail', 'road', 'air'] })
  await quotes.signal('quote', 'road', 90)
  expect(await quotes.result()).toBe('booked with road')
})

test('WCP-33 Generalised AND-Join', async () => {
  const bicycles = await baton.start(Bicycles, { id, input: 3 })
  for (const frame of ['red', 'green', 'blue']) await bicycles.signal('frame', frame)
  for (const wheels of ['steel', 'carbon', 'wood']) await bicycles.signal('wheels', wheels)
  expect(await bicycles.result()).toEqual(['red on steel', 'green on carbon', 'blue on wood'])
})

test('WCP-39 Critical Section', async () => {
  const orders = ['march', 'rest', 'eat', 'sleep']
  const trace = await baton.execute(OrdersOfTheDay, { id, input: orders })
  const printed = trace.filter((_, at) => at % 2 === 1)
  expect(printed.toSorted()).toEqual(orders.map((order) => `${order} printed`).toSorted())
  expect(trace.filter((_, at) => at % 2 === 0)).toEqual(printed.map((each) => each.replace('printed', 'inked')))
})

test('WCP-43 Explicit Termination', async () => {
  const rescue = await baton.start(Rescue, { id, input: undefined })
  expect(await rescue.result()).toMatch(/^found by/)
  expect((await rescue.history()).at(-1)?.type).toBe('ExecutionCompleted')
})
