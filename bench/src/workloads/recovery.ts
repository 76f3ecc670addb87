// W5r: kill -9 of the worker in the middle of a chain, until the next step's body begins somewhere else.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nowMs, pause, within } from '../clock.ts'
import type { Deployment } from '../deployment.ts'
import { can } from '../engines/limits.ts'
import { type Mark, readMarkFile } from '../marks.ts'
import type { Measurement } from '../measurement.ts'
import { assertResult, LedgerCheck } from '../verify.ts'
import type { WorkerHandle } from '../worker-handle.ts'
import { newTag, type Workload } from './workload.ts'

/** Engines that wait for a lease are slow, not wrong. */
const PATIENCE_MS = 150_000

export const recovery: Workload = {
  id: 'W5r',
  title: 'recovery after kill -9 in the middle of 2,000 sequential steps',
  placement: 'none',
  async run(deployment, { longChain }) {
    const measurements: Measurement[] = []
    for (const successor of ['another worker alive', 'new worker started at once']) {
      if (can(deployment.engine, `W5r ${successor}`)) measurements.push(...(await crash(deployment, longChain, successor)))
    }
    return measurements
  },
}

async function crash(deployment: Deployment, steps: number, successor: string): Promise<readonly Measurement[]> {
  const { client, engine, admin } = deployment
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-marks-'))
  const file = join(folder, 'marks')
  await writeFile(file, '')
  const workers: WorkerHandle[] = []
  const spawn = (): WorkerHandle => {
    const worker = deployment.spawn({ markFile: file })
    workers.push(worker)
    return worker
  }
  try {
    const alive = successor === 'another worker alive'
    await Promise.all([spawn(), ...(alive ? [spawn()] : [])].map(({ ready }) => ready))
    const ledger = await LedgerCheck.begin(engine, admin)
    const tag = newTag('W5r')
    const result = client.execute('chain', { tag, steps })
    result.catch(() => {}) // awaited below
    const victim = await within(60_000, 'Half of the chain', midway(file, steps))
    const killed = nowMs()
    workers.find(({ pid }) => pid === victim)?.kill()
    const born = alive ? undefined : spawn()
    assertResult(tag, await within(PATIENCE_MS, `The rest of ${tag}`, result), steps)
    const marks = readMarkFile(file)
    assertNothingRepeated(marks, victim, steps)
    await ledger.assertAdded({ executions: 1, steps })
    const next = marks.find(({ pid }) => pid !== victim)
    if (!next) throw new Error('The chain ended before its worker was killed.')
    return [
      { metric: `kill → next step, ${successor}`, unit: 'ms', samples: [next.at - killed] },
      ...(born ? [{ metric: 'kill → new worker ready', unit: 'ms', samples: [(await born.ready) - killed] } as const] : []),
    ]
  } finally {
    for (const worker of workers) await worker.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The process that runs the chain, as soon as half of the steps have begun. */
async function midway(file: string, steps: number): Promise<number> {
  for (;;) {
    // Reading the file is only worth it once it can hold so many lines.
    if ((await stat(file)).size > steps * 10) {
      const marks = readMarkFile(file)
      const last = marks.at(-1)
      if (last && marks.length >= steps / 2) return last.pid
    }
    await pause(2)
  }
}

/** Only the step that was running when the worker died may run again. */
function assertNothingRepeated(marks: readonly Mark[], victim: number, steps: number): void {
  const before = marks.filter(({ pid }) => pid === victim).map(({ step }) => step)
  const after = marks.filter(({ pid }) => pid !== victim).map(({ step }) => step)
  const running = before.at(-1) ?? -1
  const first = after[0]
  const inOrder = [...before, ...after.filter((step) => step !== running)].every((step, i) => step === i)
  const complete = (after.at(-1) ?? running) === steps - 1
  if (first === undefined || (first !== running && first !== running + 1) || !inOrder || !complete) {
    throw new Error(`The worker died in step ${running} and the chain went on with step ${first}; a step was lost or ran again after it was recorded.`)
  }
}
