import { setTimeout as pause } from 'node:timers/promises'
import { hashOf, numberFrom } from './hash.ts'
import type { Item, Parcel } from './order-types.ts'

export interface Warehouse {
  pack(item: Item, idempotencyKey: string): Promise<Parcel>
  /** Gives the number of the waybill. */
  ship(parcels: readonly Parcel[], idempotencyKey: string): Promise<string>
}

/** A warehouse that takes 20 to 100 ms for a thing, and gives the same answer to the same key. */
export class SimulatedWarehouse implements Warehouse {
  async pack(item: Item, idempotencyKey: string): Promise<Parcel> {
    await pause(20 + numberFrom(idempotencyKey, 80))
    return { sku: item.sku, tracking: `T-${hashOf(idempotencyKey).slice(0, 10)}` }
  }

  async ship(parcels: readonly Parcel[], idempotencyKey: string): Promise<string> {
    await pause(20 + numberFrom(idempotencyKey, 60))
    return `W-${hashOf(`${idempotencyKey} ${parcels.map(({ tracking }) => tracking).join(' ')}`).slice(0, 10)}`
  }
}
