import '@baton/testing/vitest'
import { ApplicationError } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'
import { type Transfer, TransferWorkflow } from './transfer.ts'

const transfer: Transfer = { id: 't1', from: 'ann', to: 'bob', cents: 10 }

/** Virtual time has no database: the transactional step is mocked, and what comes after it is tried. */
describe.each([false, true])('transfer, with a replay every turn: %s', (replayEveryTurn) => {
  function office(): { readonly env: TestEnvironment; readonly told: Map<string, string> } {
    const told = new Map<string, string>()
    const tell = async (customer: string, text: string): Promise<void> => void told.set(customer, text)
    return { told, env: new TestEnvironment({ workflows: [{ workflow: TransferWorkflow, create: () => new TransferWorkflow({ tell }) }], replayEveryTurn }) }
  }

  test('the customer is told what is left', async () => {
    const { env, told } = office()
    await using _ = env
    env.mock(TransferWorkflow, 'book').returns({ from: 90, to: 110 })
    const handle = await env.start(TransferWorkflow, { input: transfer })
    await expect(handle).toHaveCompletedWith({ from: 90, to: 110 })
    expect(told).toEqual(new Map([['ann', 't1: 10 cents went to bob; you have 90.']]))
  })

  test('a refused one is booked once at most, told and failed', async () => {
    const { env, told } = office()
    await using _ = env
    env.mock(TransferWorkflow, 'book').fails(new ApplicationError('too little', { type: 'InsufficientFunds' }))
    const handle = await env.start(TransferWorkflow, { input: transfer })
    await expect(handle).toHaveFailedWith({ type: 'InsufficientFunds' })
    await expect(handle).toHaveRunSteps(['book', 'notify'])
    expect(env.calls(TransferWorkflow, 'book')).toHaveLength(1)
    expect(told.get('ann')).toBe('t1 was refused: too little')
  })

  test('a notice that cannot be sent is tried again, and the money stays where it is', async () => {
    const { env } = office()
    await using _ = env
    env.mock(TransferWorkflow, 'book').returns({ from: 90, to: 110 })
    env.mock(TransferWorkflow, 'notify').fails(new Error('no network'), { times: 4 })
    const handle = await env.start(TransferWorkflow, { input: transfer })
    await expect(handle).toHaveCompletedWith({ from: 90, to: 110 })
    expect(env.calls(TransferWorkflow, 'book')).toHaveLength(1)
    expect(env.calls(TransferWorkflow, 'notify')).toHaveLength(5)
  })
})
