import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Bicycles } from './wcp-33-generalised-and-join.ts'

const scene = pattern('WCP-33 Generalised AND-Join', [Bicycles])

scene('frames that come too many wait for their wheels', async (env) => {
  const bicycles = await env.start(Bicycles, { input: 3 })
  for (const frame of ['red', 'green', 'blue']) await bicycles.signal('frame', frame)
  await env.settle()
  await expect(bicycles).toHaveRunSteps([])
  env.at('1h', () => bicycles.signal('wheels', 'steel'))
  env.at('2h', () => bicycles.signal('wheels', 'carbon'))
  env.at('3h', () => bicycles.signal('wheels', 'wood'))
  expect(await bicycles.result()).toEqual(['red on steel', 'green on carbon', 'blue on wood'])
})
