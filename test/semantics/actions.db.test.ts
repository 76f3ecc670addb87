// Pause, resume, restart and actions on many, in place and with every step remote.
import { Baton } from '@baton/runtime'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { Basket, Clock, Holder, talkingWorkflows, Trip } from '../support/talking-workflows.ts'
import { testWorker } from '../support/worker.ts'

let stack: AsyncDisposableStack
let baton: Baton
let marks: ReturnType<typeof marksFile>

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  marks = stack.use(marksFile())
  const database = stack.use(await createDatabase())
  stack.use(await testWorker(database.url, { workflows: talkingWorkflows, parkAfter: 200 }))
  baton = stack.use(await Baton.connect(database.url))
})
afterAll(() => stack.disposeAsync())

const notesOf = (id: string): readonly string[] => marks.read().filter(({ key }) => key.startsWith(`${id}/`)).map(({ key }) => key.slice(key.indexOf(' ') + 1))

let ids = 0
let id = ''
beforeEach(() => {
  id = `a${++ids}`
})

test('a paused execution lets its running step end, takes nothing in, and goes on when it is resumed', async () => {
  const handle = await baton.start(Holder, { id, input: 300 })
  await expect.poll(() => notesOf(id), { timeout: 10_000 }).toContain('work')
  expect(await handle.pause()).toBe(true)
  await expect.poll(async () => (await handle.describe()).status, { timeout: 10_000 }).toBe('paused')
  expect(notesOf(id)).toEqual(['hold', 'work'])
  expect(await handle.pause()).toBe(false)
  expect((await handle.describe()).worker).toBeUndefined()
  expect(await handle.resume()).toBe(true)
  expect(await handle.result()).toBe('worked')
  expect(notesOf(id)).toEqual(['hold', 'work', 'release'])
  expect(await handle.resume()).toBe(false)
  await expect(handle.pause()).rejects.toMatchObject({ code: 'ExecutionEnded' })
})

test('what comes to a paused execution waits for it', async () => {
  const handle = await baton.start(Basket, { id, input: { want: 2 } })
  await handle.pause()
  await expect.poll(async () => (await handle.describe()).status, { timeout: 10_000 }).toBe('paused')
  await handle.signal('put', 'a')
  await handle.signal('put', 'b')
  expect(await handle.query('content')).toEqual([])
  expect(await handle.describe()).toMatchObject({ status: 'paused' })
  await handle.resume()
  expect(await handle.result()).toEqual(['a', 'b'])
})

test('a pause that is taken back at once changes nothing', async () => {
  const handle = await baton.start(Basket, { id, input: { want: 1 } })
  for (let i = 0; i < 10; i++) {
    await handle.pause()
    expect(await handle.resume()).toBe(true)
  }
  await handle.signal('put', 'a')
  expect(await handle.result()).toEqual(['a'])
})

test('a paused execution can be killed', async () => {
  const handle = await baton.start(Basket, { id, input: { want: 1 } })
  await handle.pause()
  await expect.poll(async () => (await handle.describe()).status, { timeout: 10_000 }).toBe('paused')
  await handle.kill()
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionKilled' })
})

test('an execution that has ended is restarted from the beginning, with its input or another', async () => {
  const handle = await baton.start(Trip, { id, input: 'fails' })
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionFailed' })
  await expect(handle.restart({ input: 'works' })).resolves.toBeUndefined()
  expect(await handle.result()).toBe('a seat')
  const types = (await handle.history()).map(({ type }) => type)
  expect(types.filter((type) => type === 'ExecutionFailed' || type === 'ContinuedAsNew' || type === 'ExecutionCompleted')).toEqual(['ExecutionFailed', 'ContinuedAsNew', 'ExecutionCompleted'])
  await handle.restart()
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionFailed' })
  const basket = await baton.start(Basket, { id: `${id}-basket`, input: { want: 1 } })
  await expect(basket.restart()).rejects.toMatchObject({ code: 'NotEnded' })
  await basket.kill()
  await expect(basket.result()).rejects.toMatchObject({ code: 'ExecutionKilled' })
  await expect(basket.restart({ input: { want: 'many' } })).rejects.toMatchObject({ code: 'InvalidInput' })
  await basket.restart()
  await basket.signal('put', 'x')
  expect(await basket.result()).toEqual(['x'])
  await expect(baton.handle('nobody').restart()).rejects.toMatchObject({ code: 'ExecutionNotFound' })
})

test('a restarted run draws anew and counts its runs', async () => {
  const handle = await baton.start(Clock, { id, input: undefined })
  const first = await handle.result()
  await handle.restart()
  const second = await handle.result()
  expect([first.run, second.run]).toEqual([1, 2])
  expect(second.id).not.toBe(first.id)
})

test('an action on many reaches those that the filter means, and reports those it fails for', async () => {
  const baskets = await Promise.all(Array.from({ length: 25 }, (_, i) => baton.start(Basket, { id: `${id}-${i}`, input: { want: 1 } })))
  await baskets[0]?.kill()
  const outcome = await baton.forAll({ workflow: Basket, idPrefix: `${id}-` }, (handle) => handle.signal('put', 'x'))
  expect(outcome.done).toBe(24)
  expect(outcome.failed).toMatchObject([{ id: `${id}-0`, error: { code: 'ExecutionEnded' } }])
  for (const basket of baskets.slice(1)) expect(await basket.result()).toEqual(['x'])
})
