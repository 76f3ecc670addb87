// W5: whether the cost of a step depends on how many came before it in the same execution, and how fast its history is replayed.
import { nowMs, within } from '../clock.ts'
import type { Deployment } from '../deployment.ts'
import type { Measurement } from '../measurement.ts'
import { mean } from '../stats.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

const EDGE = 100
const REPLAYS = 5

export const flatness: Workload = {
  id: 'W5',
  title: 'a long execution and a longer one: first 100 steps against last 100; replay of the longer one',
  placement: 'other process',
  async run(deployment, { longChain, longestChain }) {
    const long = await edges(deployment, longChain)
    const longest = await edges(deployment, longestChain)
    return [...long.measurements, ...longest.measurements, ...(await replays(deployment, longest.tag))]
  },
}

async function edges(deployment: Deployment, steps: number): Promise<{ readonly tag: string; readonly measurements: readonly Measurement[] }> {
  const { client, engine, admin } = deployment
  const ledger = await LedgerCheck.begin(engine, admin)
  const tag = newTag('W5')
  assertResult(tag, await within(600_000, tag, client.execute('chain', { tag, steps })), steps)
  const marks = assertBodies(await deployment.marks(), [tag], steps).get(tag) ?? []
  await ledger.assertAdded({ executions: 1, steps })
  const gaps = marks.slice(1).map(({ at }, i) => at - (marks[i]?.at ?? at))
  const first = gaps.slice(0, EDGE)
  const last = gaps.slice(-EDGE)
  const of = `of ${steps.toLocaleString('en')}`
  return {
    tag,
    measurements: [
      { metric: `first ${EDGE} steps ${of}`, unit: 'ms', samples: first },
      { metric: `last ${EDGE} steps ${of}`, unit: 'ms', samples: last },
      { metric: `last ÷ first ${of}, mean`, unit: '×', samples: [mean(last) / mean(first)] },
    ],
  }
}

/** In this process and without a database: what the core alone is capable of. */
async function replays({ engine, admin }: Deployment, tag: string): Promise<readonly Measurement[]> {
  const history = await engine.history?.(admin, tag)
  if (!history) return []
  await history.replay() // compiled by now
  const samples: number[] = []
  for (let i = 0; i < REPLAYS; i++) {
    const begin = nowMs()
    await history.replay()
    samples.push(history.events / ((nowMs() - begin) / 1000))
  }
  return [{ metric: `replay of ${history.events.toLocaleString('en')} events, the core alone`, unit: '1/s', samples }]
}
