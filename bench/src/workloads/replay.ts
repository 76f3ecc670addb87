// W5h: what a long history costs the worker that has to replay it. A new worker finds an execution whose sleep is over and whose
// worker is dead; how much later its next step begins with thousands of steps behind it than with one is the history's share: reading
// and replaying it.
import { pause, within } from '../clock.ts'
import type { Deployment } from '../deployment.ts'
import type { Measurement } from '../measurement.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import type { WorkerHandle } from '../worker-handle.ts'
import { untilMarked } from './until-marked.ts'
import { newTag, type Workload } from './workload.ts'

const SLEEP_MS = 2_000
/** The mark of the last step before the sleep is made before the sleep is recorded. */
const ASLEEP_MS = 500
const PATIENCE_MS = 150_000

export const longHistory: Workload = {
  id: 'W5h',
  title: 'a new worker goes on with a long history, and with a short one',
  placement: 'none',
  programs: ['nap'],
  async run(deployment, { longestChain }) {
    const short = await resume(deployment, 1)
    const long = await resume(deployment, longestChain)
    const steps = longestChain.toLocaleString('en')
    const measurements: Measurement[] = [
      { metric: 'worker ready → next step, 1 step behind it', unit: 'ms', samples: [short] },
      { metric: `worker ready → next step, ${steps} behind it`, unit: 'ms', samples: [long] },
    ]
    // Both times have the taking over in them, which varies; a history that vanishes in that says nothing.
    if (long > short) measurements.push({ metric: `steps/s read and replayed, ${steps}`, unit: '1/s', samples: [longestChain / ((long - short) / 1000)] })
    return measurements
  },
}

/** Ms from when the new worker is ready until the step after the sleep; it has looked for dead ones before. */
async function resume(deployment: Deployment, before: number): Promise<number> {
  const { client, engine, admin } = deployment
  const workers: WorkerHandle[] = []
  const spawn = (): WorkerHandle => {
    const worker = deployment.spawn()
    workers.push(worker)
    return worker
  }
  try {
    const ledger = await LedgerCheck.begin(engine, admin)
    const tag = newTag('W5h')
    const steps = before + 1
    const victim = spawn()
    await victim.ready
    const execution = await client.start('nap', { tag, steps, ms: SLEEP_MS })
    const marks = [...(await within(600_000, tag, untilMarked([victim], before)))]
    await pause(ASLEEP_MS)
    victim.kill()
    await pause(SLEEP_MS) // it is over when the new worker comes
    const successor = spawn()
    const ready = await successor.ready
    assertResult(tag, await within(PATIENCE_MS, tag, execution.result()), steps)
    marks.push(...(await successor.marks()))
    assertBodies(marks, [tag], steps)
    await ledger.assertAdded({ executions: 1, steps })
    return (marks.find(({ pid }) => pid === successor.pid)?.at ?? Number.NaN) - ready
  } finally {
    for (const worker of workers) await worker.stop()
  }
}
