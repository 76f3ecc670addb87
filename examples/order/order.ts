import { Run, sleep, Step, stepContext, Workflow } from '@baton/sdk'
import { type Charge, type Item, Order, type Parcel, Receipt } from './order-types.ts'
import type { Payments } from './payments.ts'
import type { Warehouse } from './warehouse.ts'

/** An imperative workflow: `run` is ordinary code, and what it awaits survives the process. */
@Workflow({ name: 'order', input: Order, output: Receipt })
export class OrderWorkflow {
  constructor(
    private readonly payments: Payments,
    private readonly warehouse: Warehouse,
  ) {}

  @Step({ retry: { maxAttempts: 5, delay: '100ms' }, timeout: '1s', queue: 'payments' })
  async charge(order: Order): Promise<Charge> {
    const { idempotencyKey, signal } = stepContext()
    return this.payments.charge({ orderId: order.id, amount: order.total }, idempotencyKey, signal)
  }

  @Step()
  async pack(item: Item): Promise<Parcel> {
    return this.warehouse.pack(item, stepContext().idempotencyKey)
  }

  @Step()
  async ship(parcels: readonly Parcel[]): Promise<string> {
    return this.warehouse.ship(parcels, stepContext().idempotencyKey)
  }

  @Run()
  async run(order: Order): Promise<Receipt> {
    const charge = await this.charge(order)
    const parcels = await Promise.all(order.items.map((item) => this.pack(item)))
    await sleep(order.collectionInMs)
    const waybill = await this.ship(parcels)
    return { orderId: order.id, charge, parcels, waybill }
  }
}
