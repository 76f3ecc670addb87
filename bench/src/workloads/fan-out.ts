// W4: one execution that starts 1,000 steps at once and joins them.
import { nowMs, pause, within } from '../clock.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

const STEPS = 1_000

export const fanOut: Workload = {
  id: 'W4',
  title: 'fan-out, 1,000 parallel steps and a join',
  placement: 'other process',
  programs: ['fan'],
  async run(deployment, { fanOuts }) {
    const { client, engine, admin } = deployment
    const ledger = await LedgerCheck.begin(engine, admin)
    const samples: number[] = []
    const spans: number[] = []
    for (let i = 0; i < fanOuts; i++) {
      const tag = newTag('W4')
      const begin = nowMs()
      const result = await within(60_000, tag, client.execute('fan', { tag, steps: STEPS }))
      const end = nowMs()
      samples.push(end - begin)
      assertResult(tag, result, STEPS)
      const bodies = assertBodies(await deployment.marks(), [tag], STEPS)
      // The peers' figures have no start in them: from the first body to the end.
      const first = Math.min(...(bodies.get(tag) ?? []).map(({ at }) => at))
      spans.push(end - first)
      await pause(50)
    }
    await ledger.assertAdded({ executions: fanOuts, steps: fanOuts * STEPS })
    return [
      { metric: 'start() → result', unit: 'ms', samples, floor: 'commit' },
      { metric: 'first body → result', unit: 'ms', samples: spans },
    ]
  },
}
