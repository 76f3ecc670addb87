import '@baton/testing/vitest'
import { InvalidToken } from '@baton/runtime'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'
import { ExpenseWorkflow } from './expense.ts'
import type { Expense } from './expense-types.ts'
import { MemoryMail } from './mail.ts'

const expense: Expense = { employee: 'ann', manager: 'bob', purpose: 'a bicycle', cents: 420_00 }
const DAY = 86_400_000

describe.each([false, true])('expense, with a replay every turn: %s', (replayEveryTurn) => {
  function office(): { readonly env: TestEnvironment; readonly mail: MemoryMail; token(): string } {
    const mail = new MemoryMail()
    const env = new TestEnvironment({ workflows: [{ workflow: ExpenseWorkflow, create: () => new ExpenseWorkflow(mail) }], replayEveryTurn })
    return { env, mail, token: () => env.calls(ExpenseWorkflow, 'ask')[0]?.args[1] ?? '' }
  }

  test('a small one is paid without a question', async () => {
    const { env, mail } = office()
    await using _ = env
    const handle = await env.start(ExpenseWorkflow, { input: { ...expense, cents: 100_00 } })
    expect((await handle.result()).state).toBe('paid')
    expect(mail.to('bob')).toEqual([])
    expect(mail.to('payroll')).toHaveLength(1)
  })

  test('the manager is reminded, and any of the letters can be answered', async () => {
    const { env, mail, token } = office()
    await using _ = env
    const begun = env.now().getTime()
    const handle = await env.start(ExpenseWorkflow, { input: expense })
    env.at('5d', () => env.complete(token(), { approved: true, comment: 'ride on' }))
    expect((await handle.result()).state).toBe('paid')
    expect(env.now().getTime() - begun).toBe(5 * DAY)
    expect(mail.to('bob').map(({ subject }) => subject)).toEqual(['ann spent 420.00 €', 'Reminder 1: ann spent 420.00 €'])
    expect(new Set(mail.to('bob').map(({ text }) => text)).size).toBe(1)
    expect(await handle.query('status')).toEqual({ ...expense, state: 'paid', reminders: 1, comment: 'ride on' })
    await expect(env.complete(token(), { approved: false })).rejects.toThrow(InvalidToken)
  })

  test('one that is declined is not paid', async () => {
    const { env, mail, token } = office()
    await using _ = env
    const handle = await env.start(ExpenseWorkflow, { input: expense })
    await env.settle()
    expect((await handle.describe()).attributes).toMatchObject({ state: 'waiting', manager: 'bob', cents: 420_00 })
    await expect(handle).toWaitFor({ kind: 'token' })
    await env.complete(token(), { approved: false, comment: 'walk' })
    expect(await handle.result()).toEqual({ state: 'declined' })
    expect(mail.to('payroll')).toEqual([])
    expect(mail.to('ann')).toMatchObject([{ subject: 'Your 420.00 €: declined', text: 'walk' }])
  })

  test('one that nobody decides on lapses after a week and two reminders', async () => {
    const { env, mail } = office()
    await using _ = env
    const begun = env.now().getTime()
    const handle = await env.start(ExpenseWorkflow, { input: expense })
    expect(await handle.result()).toEqual({ state: 'lapsed' })
    expect(env.now().getTime() - begun).toBe(7 * DAY)
    expect(mail.to('bob')).toHaveLength(3)
  })
})
