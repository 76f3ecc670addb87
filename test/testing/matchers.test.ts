import type { ErrorMatcher } from '@baton/testing/vitest'
import '@baton/testing/vitest'
import { ApplicationError, StepFailed } from '@baton/sdk'
import { TestEnvironment, type TestHandle } from '@baton/testing'
import { describe, expect, test } from 'vitest'
import { Refusing, Shop } from './support/shop.ts'
import { Laborer, Limited, Review } from './support/talking.ts'

const order = { id: 'o1', items: ['a', 'b'] }

async function shop(): Promise<TestHandle<unknown>> {
  const env = new TestEnvironment({ workflows: [Shop] })
  env.mock(Shop, 'charge').fails(new Error('down'), { times: 1 })
  return env.start(Shop, { input: order })
}

async function refused(how = 'application'): Promise<TestHandle<unknown>> {
  const env = new TestEnvironment({ workflows: [Refusing] })
  return env.start(Refusing, { input: how })
}

const messageOf = (assertion: Promise<void>): Promise<string> => assertion.then(() => 'passed', (error: Error) => error.message)

describe('toHaveCompletedWith', () => {
  test('waits for the end and compares the result', async () => {
    await expect(await shop()).toHaveCompletedWith({ receipt: 'receipt of o1', parcels: ['a', 'b'] })
    await expect(await shop()).toHaveCompletedWith(expect.objectContaining({ parcels: expect.arrayContaining(['b']) as unknown }))
    await expect(await shop()).not.toHaveCompletedWith({ receipt: 'another' })
    await expect(await refused()).not.toHaveCompletedWith('anything')
  })

  test('says what it was instead', async () => {
    expect(await messageOf(expect(await refused('fine')).toHaveCompletedWith('finer'))).toBe(`Execution 'refusing-1' should have completed with "finer", but it returned "fine"`)
    expect(await messageOf(expect(await refused()).toHaveCompletedWith('fine'))).toBe(
      `Execution 'refusing-1' should have completed with "fine", but it failed:\n  StepFailed: Step 'check' failed after 1 attempt: NotApproved\n  caused by ApplicationError: NotApproved`,
    )
    expect(await messageOf(expect(await refused('fine')).not.toHaveCompletedWith('fine'))).toBe(`Execution 'refusing-1' should not have completed with "fine"`)
  })
})

describe('toHaveFailedWith', () => {
  test.each<[string, ErrorMatcher]>([
    ['a part of the message', 'NotAppr'],
    ['a pattern', /^Step 'check' failed/],
    ['a class', StepFailed],
    ['a class of a cause', ApplicationError],
    ['properties', { code: 'StepFailed', step: 'check', attempts: 1 }],
    ['properties of a cause', { type: 'NotApproved', details: { how: 'application' } }],
  ])('takes %s', async (_, matcher) => {
    await expect(await refused()).toHaveFailedWith(matcher)
  })

  test('knows a class of the author’s own by its name', async () => {
    class OutOfStock extends Error { override readonly name = 'OutOfStock' }
    await using env = new TestEnvironment({ workflows: [Refusing] })
    env.mock(Refusing, 'check').fails(new OutOfStock('none left'))
    const handle = await env.start(Refusing, { input: 'x' })
    await expect(handle).toHaveFailedWith(OutOfStock)
    await expect(handle).not.toHaveFailedWith(RangeError)
  })

  test('says what it was instead', async () => {
    expect(await messageOf(expect(await refused()).toHaveFailedWith(RangeError))).toBe(
      `Execution 'refusing-1' should have failed with RangeError; it failed with\n  StepFailed: Step 'check' failed after 1 attempt: NotApproved\n  caused by ApplicationError: NotApproved`,
    )
    expect(await messageOf(expect(await refused('fine')).toHaveFailedWith('x'))).toBe(`Execution 'refusing-1' should have failed with a message with "x", but it completed with "fine"`)
  })
})

describe('toHaveRunSteps', () => {
  test('has each step once, in the order of outcomes, as far as the execution is', async () => {
    const handle = await shop()
    await expect(handle).toHaveRunSteps([])
    await handle.result()
    await expect(handle).toHaveRunSteps(['charge', 'pack', 'pack'])
    await expect(handle).not.toHaveRunSteps(['charge', 'pack'])
  })

  test('says where the difference begins', async () => {
    const handle = await shop()
    await handle.result()
    expect(await messageOf(expect(handle).toHaveRunSteps(['charge', 'ship']))).toBe(
      `Execution 'shop-1' should have run the steps\n  charge, ship\nbut it has run\n  charge, pack, pack\nThe first difference is at step 2: pack instead of ship.`,
    )
  })
})

test('a matcher given anything but a handle says so', async () => {
  expect(await messageOf(expect('result').toHaveCompletedWith('result'))).toMatch('give it the handle that start() or handle() returned')
})

describe('the other ends', () => {
  const environment = (): TestEnvironment => new TestEnvironment({ workflows: [Laborer, Limited, Review] })

  test('are told apart', async () => {
    await using env = environment()
    const stopped = await env.start(Laborer, { id: 'stopped', input: 'sleep' })
    const killed = await env.start(Laborer, { id: 'killed', input: 'sleep' })
    const late = await env.start(Limited, { id: 'late', input: undefined })
    await env.settle()
    await stopped.stop('enough')
    await killed.kill('gone')
    await expect(stopped).toHaveBeenStopped()
    await expect(stopped).not.toHaveBeenKilled()
    await expect(stopped).not.toHaveFailedWith('enough')
    await expect(killed).toHaveBeenKilled()
    await expect(late).toHaveTimedOut()
    await expect(late).not.toHaveBeenStopped()
    expect(await messageOf(expect(killed).toHaveBeenStopped())).toBe("Execution 'killed' should have been stopped, but it was killed:\n  Killed: Killed: gone")
    expect(await messageOf(expect(stopped).not.toHaveBeenStopped())).toBe("Execution 'stopped' should not have been stopped")
    expect(await messageOf(expect(stopped).toHaveCompletedWith('done'))).toContain("but it was stopped:\n  Cancelled: ")
  })
})

describe('toWaitFor', () => {
  test('looks at what it waits for now, and lets no time pass', async () => {
    await using env = new TestEnvironment({ workflows: [Review] })
    const handle = await env.start(Review, { input: '3d' })
    await expect(handle).toWaitFor('condition')
    await expect(handle).toWaitFor({ kind: 'timer', dueAt: new Date('2026-01-04') })
    await expect(handle).not.toWaitFor({ kind: 'token' })
    expect(await messageOf(expect(handle).toWaitFor('sleep'))).toBe(
      `Execution 'review-1' should wait for "sleep"; it waits for timer 'condition' until 2026-01-04T00:00:00.000Z, a condition`,
    )
    expect(env.now()).toEqual(new Date('2026-01-01'))
  })
})
