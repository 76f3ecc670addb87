// W9: what an execution that waits costs its worker in memory, as long as it stays there and once it has left.
import { nowMs, pause, within } from '../clock.ts'
import type { Deployment } from '../deployment.ts'
import type { WorkerSetting } from '../engines/engine.ts'
import type { Mark } from '../marks.ts'
import type { Measurement } from '../measurement.ts'
import { LedgerCheck } from '../verify.ts'
import type { WorkerHandle } from '../worker-handle.ts'
import { inWaves } from './in-waves.ts'
import { untilMarked } from './until-marked.ts'
import { newTag, type Workload } from './workload.ts'

/** Nobody wakes while this runs. */
const SLEEP_MS = 24 * 3_600_000
/** So many come first, for what grows only once. */
const FIRST = 0.1
const LOOK_MS = 250

/** A placement of their own each: executions that are left asleep go with their database. */
export const resident: Workload = {
  id: 'W9',
  title: 'memory of idle executions that stay with their worker',
  placement: 'none',
  programs: ['nap'],
  run: (deployment, sizes) => grow(deployment, sizes.resident, 'stay in memory'),
}

export const parked: Workload = {
  id: 'W9p',
  title: 'memory of idle executions that have left their worker',
  placement: 'none',
  once: true,
  programs: ['nap'],
  run: async (deployment, sizes) => (deployment.engine.parked ? grow(deployment, sizes.parked, 'leave memory') : []),
}

async function grow(deployment: Deployment, n: number, idle: WorkerSetting['idle']): Promise<readonly Measurement[]> {
  const worker = deployment.spawn({ setting: { idle }, flags: ['--expose-gc'] })
  try {
    await worker.ready
    await deployment.warmUp()
    await worker.marks()
    const first = Math.round(n * FIRST)
    await lull(deployment, worker, first, { idle, asleep: first })
    const before = await worker.memory()
    const begin = nowMs()
    await lull(deployment, worker, n - first, { idle, asleep: n })
    const seconds = (nowMs() - begin) / 1000
    const after = await worker.memory()
    const each = `${n.toLocaleString('en')} ${idle === 'stay in memory' ? 'resident' : 'parked'}`
    return [
      { metric: `${each}: heap each`, unit: 'B', samples: [(after.heap - before.heap) / (n - first)] },
      { metric: `${each}: resident set each`, unit: 'B', samples: [(after.resident - before.resident) / (n - first)] },
      { metric: `${each}: asleep a second`, unit: '1/s', samples: [(n - first) / seconds] },
    ]
  } finally {
    worker.kill() // handing so many over is not what is measured
    await worker.stop()
  }
}

/** Starts so many more, and resolves when all of them sleep where they are meant to. */
async function lull({ client, engine, admin }: Deployment, worker: WorkerHandle, n: number, { idle, asleep }: WorkerSetting & { readonly asleep: number }): Promise<void> {
  const ledger = await LedgerCheck.begin(engine, admin)
  const tags = Array.from({ length: n }, () => newTag('W9'))
  const started = inWaves(tags, (tag) => client.start('nap', { tag, steps: 2, ms: SLEEP_MS }))
  started.catch(() => {}) // awaited below
  const marks = await within(1_200_000, 'Falling asleep', untilMarked([worker], n))
  await started
  assertAsleep(marks, tags)
  if (idle === 'leave memory') {
    while ((await engine.parked?.(admin)) !== asleep) await pause(LOOK_MS)
  } else await pause(1_000) // until what the last of them asked for is recorded
  await ledger.assertAdded({ executions: 0, steps: n })
}

/** Each has run its first step once, and not its second. */
function assertAsleep(marks: readonly Mark[], tags: readonly string[]): void {
  const woken = marks.find(({ step }) => step !== 0)
  if (woken) throw new Error(`'${woken.tag}' woke.`)
  const asleep = new Set(marks.map(({ tag }) => tag))
  if (marks.length !== tags.length || !tags.every((tag) => asleep.has(tag))) {
    throw new Error(`${tags.length} executions were to run their first step; ${asleep.size} did, in ${marks.length} bodies.`)
  }
}
