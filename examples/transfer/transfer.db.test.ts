import { Baton, Worker } from '@baton/runtime'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { startWorkerProcess } from '../../test/support/worker-process.ts'
import { audit } from './audit.ts'
import { type BankDatabase, openBank, prepareBank } from './bank.ts'
import { TableNotices } from './notices.ts'
import { orderTransfer } from './order-transfer.ts'
import { TransferWorkflow } from './transfer.ts'

const BEGUN_WITH = 1_000
const names = ['ann', 'bob', 'cleo', 'dan', 'eve', 'fay']
const module = new URL('worker-workflows.ts', import.meta.url).href

interface Office {
  readonly url: string
  readonly bank: BankDatabase
  readonly baton: Baton
  readonly stack: AsyncDisposableStack
}

async function openOffice(): Promise<Office> {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const { url } = stack.use(await createDatabase())
  const bank = stack.adopt(openBank(url), (open) => open.destroy())
  await prepareBank(bank, names.map((id) => ({ id, cents: BEGUN_WITH })))
  return { url, bank, baton: stack.use(await Baton.connect(url)), stack }
}

async function addWorker({ stack, url, bank }: Office): Promise<void> {
  const create = (): TransferWorkflow => new TransferWorkflow(new TableNotices(bank))
  stack.use(await Worker.start({ url, workflows: [{ workflow: TransferWorkflow, create }] }))
}

async function openOfficeWithWorker(): Promise<Office> {
  const office = await openOffice()
  await addWorker(office)
  return office
}

const noticesOf = async (bank: BankDatabase): Promise<readonly string[]> =>
  (await bank.selectFrom('bank.notices').select('text').execute()).map(({ text }) => text)

describe('transfer', () => {
  test('moves the money and tells the customer', async () => {
    const { bank, baton } = await openOfficeWithWorker()
    const handle = await orderTransfer(bank, baton, { id: 't1', from: 'ann', to: 'bob', cents: 300 })
    expect(await handle.result()).toEqual({ from: 700, to: 1_300 })
    expect(await noticesOf(bank)).toEqual(['t1: 300 cents went to bob; you have 700.'])
  })

  test('what the account does not have stays where it is', async () => {
    const { bank, baton } = await openOfficeWithWorker()
    const handle = await orderTransfer(bank, baton, { id: 't1', from: 'ann', to: 'bob', cents: 1_001 })
    await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionFailed', cause: { code: 'ApplicationError', type: 'InsufficientFunds' } })
    expect(await audit(bank, BEGUN_WITH)).toEqual({ money: 6_000, wrong: [], booked: new Map() })
    expect(await noticesOf(bank)).toEqual(["t1 was refused: 'ann' has 1000 cents, not 1001."])
  })

  test('an order that is rolled back has started nothing', async () => {
    const { bank, baton } = await openOffice()
    const transfer = { id: 't1', from: 'ann', to: 'bob', cents: 1 }
    await orderTransfer(bank, baton, transfer)
    await expect(orderTransfer(bank, baton, { ...transfer, to: 'cleo' })).rejects.toThrow('duplicate key')
    expect((await baton.list()).executions).toHaveLength(1)
    await expect(orderTransfer(bank, baton, { ...transfer, id: 't2', to: 'ann' })).rejects.toMatchObject({ code: 'InvalidInput' })
    expect(await bank.selectFrom('bank.orders').select('id').execute()).toEqual([{ id: 't1' }])
  })

  test('while processes die in the midst of it, money is conserved and each transfer takes effect once', { timeout: 150_000 }, async () => {
    const office = await openOffice()
    const { url, bank, baton, stack } = office
    const draw = lottery(20_261_122)
    const orders = Array.from({ length: 150 }, (_, i) => {
      const from = draw(names.length)
      return { id: `t${i}`, from: names[from] ?? '', to: names[(from + 1 + draw(names.length - 1)) % names.length] ?? '', cents: 1 + draw(700) }
    })
    const handles = await Promise.all(orders.map((order) => orderTransfer(bank, baton, order)))
    const settled = Promise.allSettled(handles.map((handle) => handle.result()))

    // Four counters, each a process that dies at a point that was drawn; what they leave is for the others, and at last for one that lives.
    const points = ['transact:before', 'transact:after', 'append:before', 'append:after']
    const victims = await Promise.all(points.map(async (point) => {
      const victim = await startWorkerProcess({ url, module, name: point, dieAt: `${point}@${2 + draw(12)}`, options: { slots: 8 } })
      return stack.use(victim)
    }))
    const died = Promise.all(victims.map(({ exited }) => exited)).then(() => 'all died')
    expect(await Promise.race([died, settled])).toBe('all died')
    expect((await audit(bank, BEGUN_WITH)).booked.size).toBeGreaterThan(0)
    await addWorker(office)
    const ends = await settled

    const refused = ends.filter((end) => end.status === 'rejected')
    for (const { reason } of refused) expect(reason).toMatchObject({ cause: { type: 'InsufficientFunds' } })
    const { money, wrong, booked } = await audit(bank, BEGUN_WITH)
    expect({ money, wrong }).toEqual({ money: 6_000, wrong: [] })
    expect([...booked.values()].filter((times) => times !== 1)).toEqual([])
    expect([...booked.keys()].toSorted()).toEqual(orders.filter((_, i) => ends[i]?.status === 'fulfilled').map(({ id }) => id).toSorted())
    expect(refused.length).toBeGreaterThan(0)
    expect(await noticesOf(bank)).toHaveLength(150)
  })
})

/** Numbers from 0 up to a bound, the same in every run of the test. */
function lottery(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
