import { numberFrom } from './hash.ts'
import type { Order } from './order-types.ts'

const SKUS = ['kettle', 'teapot', 'cup', 'saucer', 'spoon', 'tray', 'tin', 'strainer']

/** An order of one to four items that depends on its id alone. */
export function sampleOrder(id: string): Order {
  const items = Array.from({ length: 1 + numberFrom(`${id} items`, 4) }, (_, at) => ({
    sku: SKUS[numberFrom(`${id} sku ${at}`, SKUS.length)] ?? 'cup',
    quantity: 1 + numberFrom(`${id} quantity ${at}`, 3),
  }))
  return { id, items, total: 500 + numberFrom(`${id} total`, 20_000), collectionInMs: 500 + numberFrom(`${id} collection`, 1_000) }
}
