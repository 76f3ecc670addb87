import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Complaint } from './wcp-16-deferred-choice.ts'

const scene = pattern('WCP-16 Deferred Choice', [Complaint])

const WEEK = 7 * 24 * 3_600_000

scene('whoever is first takes it, and the other offer is withdrawn', async (env) => {
  const byAgent = await env.start(Complaint, { input: WEEK })
  env.at('1d', () => byAgent.signal('takenBy', 'agent'))
  expect(await byAgent.result()).toBe('the agent has called')
  const byManager = await env.start(Complaint, { input: WEEK })
  env.at('1d', async () => {
    await byManager.signal('takenBy', 'manager')
    await byManager.signal('takenBy', 'agent')
  })
  expect(await byManager.result()).toBe('the manager has called')
  await expect(byManager).toHaveRunSteps(['escalate'])
})

scene('time is an alternative too', async (env) => {
  const complaint = await env.start(Complaint, { input: WEEK })
  expect(await complaint.result()).toBe('we have written')
  await expect(complaint).toHaveRunSteps(['apologize'])
})
