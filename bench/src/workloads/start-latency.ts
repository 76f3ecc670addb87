// W1: from the call of start() to the first line of the first step's body, in an idle system.
import { nowMs, pauseBetween, within } from '../clock.ts'
import { IDLE_MS } from '../floor.ts'
import type { Deployment, Placement } from '../deployment.ts'
import type { Measurement } from '../measurement.ts'
import type { Sizes } from '../sizes.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

async function run(deployment: Deployment, { starts }: Sizes): Promise<readonly Measurement[]> {
  const { client, engine, admin } = deployment
  const ledger = await LedgerCheck.begin(engine, admin)
  const begun = new Map<string, number>()
  const acknowledged: number[] = []
  for (let i = 0; i < starts; i++) {
    const tag = newTag('W1')
    const begin = nowMs()
    begun.set(tag, begin)
    const execution = await client.start('chain', { tag, steps: 1 })
    acknowledged.push(nowMs() - begin)
    // The result is asked for when all is over, so that the asking is not in the way of what is measured.
    await pauseBetween(...(engine.limits?.startsApartMs ?? IDLE_MS))
    assertResult(tag, await within(30_000, tag, execution.result()), 1)
  }
  const bodies = assertBodies(await deployment.marks(), [...begun.keys()], 1)
  await ledger.assertAdded({ executions: starts, steps: starts })
  const latencies = [...begun].map(([tag, begin]) => (bodies.get(tag)?.[0]?.at ?? Number.NaN) - begin)
  return [
    { metric: 'start() → first step body', unit: 'ms', samples: latencies, floor: 'notify' },
    { metric: 'start() acknowledged', unit: 'ms', samples: acknowledged, floor: 'commit' },
  ]
}

function startLatency(id: string, placement: Placement): Workload {
  return { id, title: `start latency, worker in ${placement === 'same process' ? 'the same' : 'another'} process`, placement, run }
}

export const startElsewhere = startLatency('W1', 'other process')
export const startHere = startLatency('W1s', 'same process')
