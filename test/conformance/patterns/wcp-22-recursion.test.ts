import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Assembly, type Part } from './wcp-22-recursion.ts'

const scene = pattern('WCP-22 Recursion', [Assembly])

const part = (name: string, ...parts: readonly Part[]): Part => ({ name, parts })

scene('a machine is assembled of parts that are assembled', async (env) => {
  const bicycle = part('bicycle', part('wheel', part('rim'), part('tyre')), part('frame'))
  expect(await env.execute(Assembly, { input: bicycle })).toBe('bicycle(wheel(rim tyre) frame)')
  expect(env.executions(Assembly)).toHaveLength(5)
})
