// W4f: one execution with a forEach of 10,000 iterations of one step each, whose logs are their own.
import { readCounters } from '../counters.ts'
import { nowMs, pause, within } from '../clock.ts'
import type { Measurement } from '../measurement.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

export const manyIterations: Workload = {
  id: 'W4f',
  title: 'a forEach of 10,000 iterations of a step, 100 at a time',
  placement: 'other process',
  programs: ['each'],
  async run(deployment, { iterations: steps }): Promise<readonly Measurement[]> {
    const { client, engine, admin, workerPid } = deployment
    const ledger = await LedgerCheck.begin(engine, admin)
    const tag = newTag('W4f')
    const before = await readCounters(admin, workerPid)
    const begin = nowMs()
    const result = await within(600_000, tag, client.execute('each', { tag, steps }))
    const seconds = (nowMs() - begin) / 1000
    await pause(20) // what is still written after the result is part of the price
    const after = await readCounters(admin, workerPid)
    assertResult(tag, result, steps)
    assertBodies(await deployment.marks(), [tag], steps)
    const rows = await ledger.assertAdded({ executions: 1, steps })
    return [
      { metric: 'start() → result', unit: 'ms', samples: [seconds * 1000] },
      { metric: 'iterations/s', unit: '1/s', samples: [steps / seconds] },
      ...(rows === undefined ? [] : [{ metric: 'event rows an iteration', unit: '1', samples: [rows / steps] } as const]),
      { metric: 'WAL an iteration', unit: 'B', samples: [(after.walBytes - before.walBytes) / steps] },
    ]
  },
}
