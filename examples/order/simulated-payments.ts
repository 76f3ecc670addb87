import { setTimeout as pause } from 'node:timers/promises'
import { hashOf, numberFrom } from './hash.ts'
import type { Ledger } from './ledger.ts'
import type { Charge } from './order-types.ts'
import type { ChargeRequest, Payments } from './payments.ts'

/** What goes wrong with the charge of an order: it depends on the order's id, so that every run meets the same. */
export type Trouble =
  /** Nothing. */
  | 'none'
  /** The first call is refused. */
  | 'busy'
  /** The first two calls are. */
  | 'very busy'
  /** The first call books the charge, and its answer is lost. */
  | 'answer lost'
  /** The first call never ends. */
  | 'hangs'

export function troubleOf(orderId: string): Trouble {
  const number = numberFrom(orderId, 20)
  if (number === 0) return 'hangs'
  if (number <= 3) return 'answer lost'
  if (number <= 5) return 'very busy'
  return number <= 9 ? 'busy' : 'none'
}

/** A payment service over a bad line: half of its orders have trouble, and none is charged twice. */
export class SimulatedPayments implements Payments {
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  async charge({ orderId, amount }: ChargeRequest, key: string, signal: AbortSignal): Promise<Charge> {
    const call = await this.#ledger.called(key)
    const trouble = troubleOf(orderId)
    await pause(20 + numberFrom(key, 60), undefined, { signal })
    if (trouble === 'hangs' && call === 1) await pause(3_600_000, undefined, { signal })
    if ((trouble === 'busy' && call <= 1) || (trouble === 'very busy' && call <= 2)) {
      throw new Error(`The payment service is busy (call ${call} for ${orderId}).`)
    }
    const charge = await this.#ledger.book(key, { id: `C-${hashOf(key).slice(0, 10)}`, orderId, amount })
    if (trouble === 'answer lost' && call === 1) throw new Error(`The connection broke before the answer for ${orderId} came.`)
    return charge
  }
}
