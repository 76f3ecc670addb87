// Printed, not asserted: docs/guide/testing.md states what came out.
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'
import { Ten } from './support/shop.ts'

test('a thousand executions of ten steps, one after the other and side by side', async () => {
  await using env = new TestEnvironment({ workflows: [Ten] })
  const times: Record<string, number> = {}
  const measure = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    const began = performance.now()
    await act()
    times[name] = (performance.now() - began) / 1_000
  }
  await measure('one after the other', async () => {
    for (let i = 0; i < 1_000; i++) expect(await env.execute(Ten, { input: undefined })).toBe(45)
  })
  await measure('side by side', () => Promise.all(Array.from({ length: 1_000 }, () => env.execute(Ten, { input: undefined }))))
  const fresh = performance.now()
  for (let i = 0; i < 1_000; i++) {
    await using own = new TestEnvironment({ workflows: [Ten] })
    await own.execute(Ten, { input: undefined })
  }
  times['in an environment each'] = (performance.now() - fresh) / 1_000
  process.stdout.write(`${Object.entries(times).map(([name, ms]) => `${name}: ${ms.toFixed(3)} ms a workflow of 10 steps`).join('\n')}\n`)
  expect(env.calls(Ten, 'link')).toHaveLength(20_000)
})
