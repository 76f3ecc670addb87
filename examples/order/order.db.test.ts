import { StepTimedOut } from '@baton/sdk'
import { Baton, type HistoryRecord, Worker } from '@baton/runtime'
import { describe, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { type Ledger, MemoryLedger } from './ledger.ts'
import { OrderWorkflow } from './order.ts'
import type { Order } from './order-types.ts'
import { sampleOrder } from './sample-order.ts'
import { SimulatedPayments, type Trouble, troubleOf } from './simulated-payments.ts'
import { SimulatedWarehouse } from './warehouse.ts'

/** A sample order whose payment meets this trouble. */
function orderWith(trouble: Trouble): Order {
  for (let at = 1; ; at++) if (troubleOf(`order-${at}`) === trouble) return { ...sampleOrder(`order-${at}`), collectionInMs: 50 }
}

/** A client of a worker on a database of its own. */
async function startShop(ledger: Ledger): Promise<{ readonly baton: Baton } & AsyncDisposable> {
  const create = (): OrderWorkflow => new OrderWorkflow(new SimulatedPayments(ledger), new SimulatedWarehouse())
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  stack.use(await Worker.start({ url, workflows: [{ workflow: OrderWorkflow, create }] }))
  const baton = stack.use(await Baton.connect(url))
  const owned = stack.move()
  return { baton, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function fulfil(order: Order, ledger: Ledger = new MemoryLedger()) {
  await using shop = await startShop(ledger)
  const { baton } = shop
  const receipt = await baton.execute(OrderWorkflow, { id: order.id, input: order })
  return { receipt, history: await baton.handle(order.id).history() }
}

const typesOf = (history: readonly HistoryRecord[], command: string): readonly string[] =>
  history.filter((event) => event.command === command).map(({ type }) => type)

describe('order', () => {
  test('charges, packs every item, waits for the carrier and ships', async () => {
    const order = { ...orderWith('none'), collectionInMs: 300 }
    const { receipt, history } = await fulfil(order)

    expect(receipt).toMatchObject({ orderId: order.id, charge: { orderId: order.id, amount: order.total } })
    expect(receipt.parcels.map(({ sku }) => sku)).toEqual(order.items.map(({ sku }) => sku))
    expect(typesOf(history, 'charge')).toEqual(['StepCompleted'])
    const started = history.find(({ type }) => type === 'TimerStarted')
    const fired = history.find(({ type }) => type === 'TimerFired')
    expect(Number(fired?.at) - Number(started?.at)).toBeGreaterThanOrEqual(300)
  })

  test('tries a payment that is refused again, and the history shows each failure', async () => {
    const { history } = await fulfil(orderWith('very busy'))
    expect(typesOf(history, 'charge')).toEqual(['StepRetrying', 'StepRetrying', 'StepCompleted'])
  })

  test('gives up a payment that hangs when its timeout is over, and tries again', async () => {
    const { history } = await fulfil(orderWith('hangs'))
    expect(typesOf(history, 'charge')).toEqual(['StepRetrying', 'StepCompleted'])
    expect(history.find(({ type }) => type === 'StepRetrying')?.data['error']).toBeInstanceOf(StepTimedOut)
  })

  test('charges once though the answer to the first call was lost', async () => {
    const ledger = new MemoryLedger()
    const { receipt, history } = await fulfil(orderWith('answer lost'), ledger)
    expect(typesOf(history, 'charge')).toEqual(['StepRetrying', 'StepCompleted'])
    expect(await ledger.charges()).toEqual([receipt.charge])
  })

  test('is one execution, with one charge, when it is placed twice', async () => {
    const ledger = new MemoryLedger()
    const order = orderWith('none')
    await using shop = await startShop(ledger)
    const { baton } = shop

    const [first, second] = await Promise.all([1, 2].map(() => baton.execute(OrderWorkflow, { id: order.id, input: order })))

    expect(second).toEqual(first)
    expect(await ledger.charges()).toHaveLength(1)
  })
})
