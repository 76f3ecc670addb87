import { z } from 'zod'

export const Item = z.object({ sku: z.string().min(1), quantity: z.int().positive() })
export type Item = z.infer<typeof Item>

export const Order = z.object({
  id: z.string().min(1),
  items: z.array(Item).min(1),
  /** In cents. */
  total: z.int().positive(),
  /** How long after packing the carrier comes by, in ms. */
  collectionInMs: z.int().nonnegative().default(1_000),
})
export type Order = z.infer<typeof Order>

export const Charge = z.object({ id: z.string(), orderId: z.string(), amount: z.int() })
export type Charge = z.infer<typeof Charge>

export const Parcel = z.object({ sku: z.string(), tracking: z.string() })
export type Parcel = z.infer<typeof Parcel>

export const Receipt = z.object({ orderId: z.string(), charge: Charge, parcels: z.array(Parcel), waybill: z.string() })
export type Receipt = z.infer<typeof Receipt>
