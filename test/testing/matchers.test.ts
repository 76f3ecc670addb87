import type { ErrorMatcher } from '@baton/testing/vitest'
import '@baton/testing/vitest'
import { ApplicationError, StepFailed } from '@baton/sdk'
import { TestEnvironment, type TestHandle } from '@baton/testing'
import { describe, expect, test } from 'vitest'
import { Refusing, Shop } from './support/shop.ts'

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
