// W3: many short executions at once: what one worker process carries, and what each step costs the server.
import { nowMs, pause, within } from '../clock.ts'
import { type Counters, readCounters } from '../counters.ts'
import type { Measurement } from '../measurement.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

const STEPS = 5

export const throughput: Workload = {
  id: 'W3',
  title: `throughput, 1,000 executions of ${STEPS} steps offered at once`,
  placement: 'other process',
  async run(deployment, { executions }) {
    const { client, engine, admin, workerPid } = deployment
    const ledger = await LedgerCheck.begin(engine, admin)
    const tags = Array.from({ length: executions }, () => newTag('W3'))
    const before = await readCounters(admin, workerPid)
    const begin = nowMs()
    const latencies = await within(300_000, 'W3', Promise.all(tags.map(async (tag) => {
      assertResult(tag, await client.execute('chain', { tag, steps: STEPS }), STEPS)
      return nowMs() - begin
    })))
    await pause(20) // what is still written after the last result is part of the price
    const after = await readCounters(admin, workerPid)
    const marks = await deployment.marks()
    assertBodies(marks, tags, STEPS)
    const steps = executions * STEPS
    await ledger.assertAdded({ executions, steps })
    const seconds = Math.max(...latencies) / 1000
    const lastBody = marks.reduce((last, { at }) => Math.max(last, at), 0)
    return [
      { metric: 'steps/s, to the last result', unit: '1/s', samples: [steps / seconds] },
      { metric: 'steps/s, to the last step body', unit: '1/s', samples: [steps / ((lastBody - begin) / 1000)] },
      { metric: 'executions/s', unit: '1/s', samples: [executions / seconds] },
      { metric: 'offered → result', unit: 'ms', samples: latencies },
      { metric: 'commits a step', unit: '1', samples: [(after.commits - before.commits) / steps] },
      { metric: 'WAL a step', unit: 'B', samples: [(after.walBytes - before.walBytes) / steps] },
      ...cpu('client', ({ clientCpuMs }) => clientCpuMs),
      ...cpu('worker', ({ workerCpuMs }) => workerCpuMs),
      ...cpu('Postgres', ({ serverCpuMs }) => serverCpuMs),
    ]

    function cpu(of: string, pick: (counters: Counters) => number | undefined): Measurement[] {
      const [from, to] = [pick(before), pick(after)]
      return from === undefined || to === undefined ? [] : [{ metric: `CPU a step, ${of}`, unit: 'µs', samples: [((to - from) * 1000) / steps] }]
    }
  },
}
