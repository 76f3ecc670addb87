// W3: many short executions at once: what one worker process carries, and what each step costs the server.
import { pause } from '../clock.ts'
import { type Counters, readCounters } from '../counters.ts'
import type { Measurement } from '../measurement.ts'
import { offer, STEPS } from './offered-load.ts'
import { LedgerCheck } from '../verify.ts'
import type { Workload } from './workload.ts'

export const throughput: Workload = {
  id: 'W3',
  title: `throughput, 1,000 executions of ${STEPS} steps offered at once`,
  placement: 'other process',
  async run(deployment, { executions }) {
    const { admin, engine, workerPid } = deployment
    // It reads all that the warm-up has written, and so has the server log pages anew.
    const ledger = await LedgerCheck.begin(engine, admin)
    const before = await readCounters(admin, workerPid)
    const load = await offer(deployment, ledger, executions, 'W3')
    await pause(20) // what is still written after the last result is part of the price
    const after = await readCounters(admin, workerPid)
    const marks = await deployment.marks()
    const bodies = await load.check(marks)
    const { begin, tags, latencies } = load
    const steps = executions * STEPS
    const seconds = Math.max(...latencies) / 1000
    const lastBody = marks.reduce((last, { at }) => Math.max(last, at), 0)
    return [
      { metric: 'steps/s, to the last result', unit: '1/s', samples: [steps / seconds] },
      { metric: 'steps/s, to the last step body', unit: '1/s', samples: [steps / ((lastBody - begin) / 1000)] },
      { metric: 'executions/s', unit: '1/s', samples: [executions / seconds] },
      { metric: 'a step', unit: 'ms', samples: [(seconds * 1000) / steps], floor: 'commit' },
      { metric: 'offered → first step body', unit: 'ms', samples: tags.map((tag) => (bodies.get(tag)?.[0]?.at ?? Number.NaN) - begin) },
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
