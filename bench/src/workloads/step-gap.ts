// W2: sequential steps in an idle system: what one durable step costs, and a short workflow as its caller sees it.
import { nowMs, pause, pauseBetween, within } from '../clock.ts'
import { readCounters } from '../counters.ts'
import type { Deployment } from '../deployment.ts'
import type { Measurement } from '../measurement.ts'
import type { Sizes } from '../sizes.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

const STEPS = 100
const SHORT = 10

export const stepGap: Workload = {
  id: 'W2',
  title: `step to step, ${STEPS} sequential steps`,
  placement: 'other process',
  async run(deployment, sizes) {
    return [...(await chains(deployment, sizes)), ...(await endToEnd(deployment, sizes))]
  },
}

async function chains(deployment: Deployment, sizes: Sizes): Promise<readonly Measurement[]> {
  const { client, engine, admin, workerPid } = deployment
  const steps = sizes.chains * STEPS
  const ledger = await LedgerCheck.begin(engine, admin)
  const before = await readCounters(admin, workerPid)
  const tags: string[] = []
  for (let i = 0; i < sizes.chains; i++) {
    const tag = newTag('W2')
    tags.push(tag)
    assertResult(tag, await within(60_000, tag, client.execute('chain', { tag, steps: STEPS })), STEPS)
    await pause(20)
  }
  const after = await readCounters(admin, workerPid)
  const bodies = assertBodies(await deployment.marks(), tags, STEPS)
  const rows = await ledger.assertAdded({ executions: sizes.chains, steps })
  const gaps = [...bodies.values()].flatMap((marks) => marks.slice(1).map(({ at }, i) => at - (marks[i]?.at ?? at)))
  return [
    { metric: 'step → next step', unit: 'ms', samples: gaps, floor: 'commit' },
    // Start, claim and end of the execution are in these two as well: 100 steps and 2 or 3 more of each.
    { metric: 'commits a step', unit: '1', samples: [(after.commits - before.commits) / steps] },
    ...(rows === undefined ? [] : [{ metric: 'event rows a step', unit: '1', samples: [rows / steps] } as const]),
  ]
}

async function endToEnd(deployment: Deployment, sizes: Sizes): Promise<readonly Measurement[]> {
  const samples: number[] = []
  const tags: string[] = []
  for (let i = 0; i < sizes.endToEnd; i++) {
    const tag = newTag('W2e')
    tags.push(tag)
    const begin = nowMs()
    const result = await within(30_000, tag, deployment.client.execute('chain', { tag, steps: SHORT }))
    samples.push(nowMs() - begin)
    assertResult(tag, result, SHORT)
    await pauseBetween(5, 25)
  }
  assertBodies(await deployment.marks(), tags, SHORT)
  return [{ metric: `${SHORT} steps, start() → result`, unit: 'ms', samples }]
}
