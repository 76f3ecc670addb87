import type { Charge } from './order-types.ts'

export interface ChargeRequest {
  readonly orderId: string
  /** In cents. */
  readonly amount: number
}

/** A payment service. Calls with the same idempotency key are one charge, however often they come. */
export interface Payments {
  charge(request: ChargeRequest, idempotencyKey: string, signal: AbortSignal): Promise<Charge>
}
