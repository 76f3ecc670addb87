// W8: the load of W3 on one worker and then on three of the same queue.
import type { Deployment } from '../deployment.ts'
import type { Measurement } from '../measurement.ts'
import type { WorkerHandle } from '../worker-handle.ts'
import { offer, STEPS } from './offered-load.ts'
import { LedgerCheck } from '../verify.ts'
import type { Workload } from './workload.ts'

const WORKERS = 3

export const severalWorkers: Workload = {
  id: 'W8',
  title: `throughput of ${WORKERS} workers on one queue beside that of one`,
  placement: 'none',
  async run(deployment, { shared }): Promise<readonly Measurement[]> {
    const workers: WorkerHandle[] = []
    try {
      const [one] = await rateOf(deployment, workers, 1, shared)
      const [several, busiest] = await rateOf(deployment, workers, WORKERS, shared)
      return [
        { metric: 'steps/s, 1 worker', unit: '1/s', samples: [one] },
        { metric: `steps/s, ${WORKERS} workers`, unit: '1/s', samples: [several] },
        { metric: `${WORKERS} workers ÷ 1`, unit: '×', samples: [several / one] },
        { metric: 'busiest worker ÷ its fair share', unit: '×', samples: [busiest] },
      ]
    } finally {
      for (const worker of workers) await worker.stop()
    }
  },
}

/** Steps a second with so many workers, and what the busiest had to do beside its fair share. */
async function rateOf(deployment: Deployment, workers: WorkerHandle[], n: number, executions: number): Promise<readonly [number, number]> {
  while (workers.length < n) workers.push(deployment.spawn())
  await Promise.all(workers.map(({ ready }) => ready))
  await deployment.warmUp()
  await Promise.all(workers.map((worker) => worker.marks()))
  const load = await offer(deployment, await LedgerCheck.begin(deployment.engine, deployment.admin), executions, `W8x${n}`)
  const marks = await Promise.all(workers.map((worker) => worker.marks()))
  await load.check(marks.flat())
  const steps = executions * STEPS
  const busiest = Math.max(...marks.map(({ length }) => length))
  return [steps / (Math.max(...load.latencies) / 1000), (busiest * n) / steps]
}
