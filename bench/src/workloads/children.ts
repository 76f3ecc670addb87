// W4c: one execution that starts 100 children of one step each and joins them.
import { readCounters } from '../counters.ts'
import { nowMs, pause, within } from '../clock.ts'
import type { Measurement } from '../measurement.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

const CHILDREN = 100

export const children: Workload = {
  id: 'W4c',
  title: `${CHILDREN} children of one step each and a join`,
  placement: 'other process',
  programs: ['kids'],
  async run(deployment, { families }): Promise<readonly Measurement[]> {
    const { client, engine, admin, workerPid } = deployment
    const ledger = await LedgerCheck.begin(engine, admin)
    const samples: number[] = []
    const before = await readCounters(admin, workerPid)
    for (let i = 0; i < families; i++) {
      const tag = newTag('W4c')
      const begin = nowMs()
      const result = await within(60_000, tag, client.execute('kids', { tag, steps: CHILDREN }))
      samples.push(nowMs() - begin)
      assertResult(tag, result, CHILDREN)
      assertBodies(await deployment.marks(), [tag], CHILDREN)
      await pause(50)
    }
    const after = await readCounters(admin, workerPid)
    const born = families * CHILDREN
    const rows = await ledger.assertAdded({ executions: families + born, steps: born })
    return [
      { metric: `${CHILDREN} children, start() → result`, unit: 'ms', samples, floor: 'commit' },
      { metric: 'commits a child', unit: '1', samples: [(after.commits - before.commits) / born] },
      ...(rows === undefined ? [] : [{ metric: 'event rows a child', unit: '1', samples: [rows / born] } as const]),
      { metric: 'WAL a child', unit: 'B', samples: [(after.walBytes - before.walBytes) / born] },
    ]
  },
}
