import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { OrdersOfTheDay } from './wcp-39-critical-section.ts'

const scene = pattern('WCP-39 Critical Section', [OrdersOfTheDay])

scene('nobody inks while another prints', async (env) => {
  env.mock(OrdersOfTheDay, 'ink').mockDelay('10m')
  env.mock(OrdersOfTheDay, 'print').mockDelay('1h')
  const orders = await env.start(OrdersOfTheDay, { input: ['march', 'rest', 'eat'] })
  const trace = await orders.result()
  expect(trace).toHaveLength(6)
  for (let at = 0; at < trace.length; at += 2) expect(trace[at + 1]).toBe(trace[at]?.replace('inked', 'printed'))
  await expect(orders).toHaveRunSteps(['write', 'write', 'write', 'ink', 'print', 'ink', 'print', 'ink', 'print'])
})

scene('one that fails leaves the press', async (env) => {
  env.mock(OrdersOfTheDay, 'ink').fails(new Error('no ink'))
  const orders = await env.start(OrdersOfTheDay, { input: ['march'] })
  await expect(orders).toHaveFailedWith('no ink')
})
