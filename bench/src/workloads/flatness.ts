// W5: whether the cost of a step depends on how many came before it in the same execution.
import { within } from '../clock.ts'
import { mean } from '../stats.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

const EDGE = 100

export const flatness: Workload = {
  id: 'W5',
  title: 'a long execution: first 100 against last 100 of 2,000 sequential steps',
  placement: 'other process',
  async run(deployment, { longChain: steps }) {
    const { client, engine, admin } = deployment
    const ledger = await LedgerCheck.begin(engine, admin)
    const tag = newTag('W5')
    assertResult(tag, await within(300_000, tag, client.execute('chain', { tag, steps })), steps)
    const marks = assertBodies(await deployment.marks(), [tag], steps).get(tag) ?? []
    await ledger.assertAdded({ executions: 1, steps })
    const gaps = marks.slice(1).map(({ at }, i) => at - (marks[i]?.at ?? at))
    const first = gaps.slice(0, EDGE)
    const last = gaps.slice(-EDGE)
    return [
      { metric: `first ${EDGE} steps`, unit: 'ms', samples: first },
      { metric: `last ${EDGE} steps`, unit: 'ms', samples: last },
      { metric: 'last ÷ first, mean', unit: '×', samples: [mean(last) / mean(first)] },
    ]
  },
}
