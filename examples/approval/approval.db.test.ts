import { Baton, Worker } from '@baton/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { ExpenseWorkflow } from './expense.ts'
import { serve } from './json-server.ts'
import { MemoryMail } from './mail.ts'
import { expenseRoutes, refuse } from './routes.ts'

const expense = { employee: 'ann', manager: 'bob', purpose: 'a bicycle', cents: 420_00 }
const mail = new MemoryMail()
const logged: string[] = []
let stack: AsyncDisposableStack
let url = ''

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const database = stack.use(await createDatabase())
  const log = (entry: unknown): void => void logged.push(JSON.stringify(entry))
  stack.use(await Worker.start({ url: database.url, workflows: [{ workflow: ExpenseWorkflow, create: () => new ExpenseWorkflow(mail) }], log, parkAfter: 100 }))
  const baton = stack.use(await Baton.connect(database.url))
  url = stack.use(await serve(expenseRoutes(baton), refuse, log)).url
})
afterAll(() => stack.disposeAsync())

const get = async (path: string): Promise<unknown> => (await fetch(url + path)).json()
const statusOf = async (path: string): Promise<number> => (await fetch(url + path)).status

async function post(path: string, body: unknown): Promise<number> {
  const response = await fetch(url + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
  await response.text()
  return response.status
}

/** Submits an expense of its own manager and gives the token of the letter that asks for it. */
async function submitted(id: string): Promise<string> {
  const manager = `manager of ${id}`
  expect(await post('/expenses', { ...expense, id, manager })).toBe(202)
  await expect.poll(() => mail.to(manager), { timeout: 10_000 }).toHaveLength(1)
  await expect.poll(() => get(`/expenses/${id}`)).toMatchObject({ state: 'waiting' })
  return mail.to(manager)[0]?.text.split('Token: ')[1] ?? ''
}

describe('approval over HTTP', () => {
  test('an expense is submitted, found among those that wait, approved and paid', async () => {
    const token = await submitted('e1')
    const search = `/expenses?state=waiting&manager=${encodeURIComponent('manager of e1')}`
    expect(await get(search)).toEqual([{ id: 'e1', employee: 'ann', manager: 'manager of e1', state: 'waiting', cents: 420_00 }])

    expect(await post('/decisions', { token, approved: true, comment: 'ride on' })).toBe(204)

    await expect.poll(() => get('/expenses/e1')).toMatchObject({ state: 'paid', comment: 'ride on', cents: 420_00 })
    expect(await get(search)).toEqual([])
  })

  test('one that is declined is told to the employee', async () => {
    const token = await submitted('e2')
    expect(await post('/decisions', { token, approved: false })).toBe(204)
    await expect.poll(() => get('/expenses?state=declined')).toMatchObject([{ id: 'e2' }])
  })

  test('submitting twice is one expense, and another one under its id a conflict', async () => {
    await submitted('e3')
    expect(await post('/expenses', { ...expense, id: 'e3', manager: 'manager of e3' })).toBe(202)
    expect(await post('/expenses', { ...expense, id: 'e3', cents: 1 })).toBe(409)
    expect(mail.to('manager of e3')).toHaveLength(1)
  })

  test('a token that is wrong is not found, and one that was used a conflict, by two at the same time too', async () => {
    const token = await submitted('e4')
    for (const wrong of ['nonsense', `${token}x`, token.replace(/\..*/, '.AAAA')]) expect(await post('/decisions', { token: wrong, approved: true })).toBe(404)
    const both = await Promise.all([true, false].map((approved) => post('/decisions', { token, approved })))
    expect(both.toSorted()).toEqual([204, 409])
    await expect.poll(() => get('/expenses/e4')).toMatchObject({ state: both[0] === 204 ? 'paid' : 'declined' })
    expect(await post('/decisions', { token, approved: true })).toBe(409)
  })

  test.each([
    ['/expenses', 'no json'],
    ['/expenses', { ...expense, id: 'e5', cents: -1 }],
    ['/expenses', { ...expense, id: '../e5' }],
    ['/expenses', ' '.repeat(100_000)],
    ['/decisions', { token: 'x' }],
    ['/decisions', { approved: true }],
  ])('a bad body to %s is refused before anything is written', async (path, body) => {
    expect(await post(path, body)).toBe(400)
    expect(await statusOf('/expenses/e5')).toBe(404)
  })

  test('what is not there is not found, and a search by an unknown state refused', async () => {
    expect(await statusOf('/expenses/nobody')).toBe(404)
    expect(await statusOf('/elsewhere')).toBe(404)
    expect(await statusOf('/expenses?state=asleep')).toBe(400)
  })

  test('no token is in a log of the server or the worker', async () => {
    const token = await submitted('e6')
    await post('/decisions', { token: `${token}x`, approved: true })
    await post('/decisions', { token, approved: true })
    await expect.poll(() => get('/expenses/e6')).toMatchObject({ state: 'paid' })
    const secret = token.split('.')[1] ?? ''
    expect(secret.length).toBeGreaterThan(20)
    expect(logged.filter((line) => line.includes(secret))).toEqual([])
    expect(logged).toContain('"POST /decisions 204"')
  })
})
