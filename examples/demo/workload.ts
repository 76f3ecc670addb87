import { setTimeout as pause } from 'node:timers/promises'
import type { Baton } from '@baton/runtime'
import { OrderWorkflow } from '../order/order.ts'
import { sampleOrder } from '../order/sample-order.ts'
import { WeatherPipeline } from '../weather-pipeline/weather.ts'

export const WEATHER_ID = 'weather-seattle'
export const ORDERS = 200
/** Orders come in groups of this size, a group every 100 ms. */
const GROUP = 5

export const ORDER_IDS: readonly string[] = Array.from({ length: ORDERS }, (_, at) => `order-${String(at + 1).padStart(3, '0')}`)

export async function startWeather(baton: Baton, folder: string): Promise<void> {
  await baton.start(WeatherPipeline, { id: WEATHER_ID, input: { place: 'Seattle', folder } })
}

/** Customers place these orders, fifty a second. */
export async function placeOrders(baton: Baton, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += GROUP) {
    await Promise.all(ids.slice(at, at + GROUP).map((id) => baton.start(OrderWorkflow, { id, input: sampleOrder(id) })))
    await pause(100)
  }
}
