// W7: how late executions wake that sleep durably: those of a service that starts some at a time, and a herd that was started at once.
import type pg from 'pg'
import { nowMs, pause, within } from '../clock.ts'
import type { Deployment } from '../deployment.ts'
import type { StartedExecution } from '../engines/engine.ts'
import type { Mark } from '../marks.ts'
import type { Measurement } from '../measurement.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { inLanes, inWaves } from './in-waves.ts'
import { untilMarked } from './until-marked.ts'
import { newTag, type Workload } from './workload.ts'

const SLEEP_MS = 2_000
/** So many starts are under way where they do not come at once. */
const LANES = 50
/** A step before the sleep, and one after it. */
const STEPS = 2

export const timers: Workload = {
  id: 'W7',
  title: 'executions that sleep for 2 s: how late they wake',
  placement: 'other process',
  programs: ['nap'],
  async run(deployment, { sleepers }) {
    const measurements: Measurement[] = []
    for (const n of sleepers) {
      measurements.push(...(await sleep(deployment, n, `${n.toLocaleString('en')} sleepers`, (tags, start) => inLanes(LANES, tags, start))))
      measurements.push(...(await sleep(deployment, n, `${n.toLocaleString('en')} at once`, inWaves)))
    }
    return measurements
  },
}

type Offer = (tags: readonly string[], start: (tag: string) => Promise<StartedExecution>) => Promise<readonly StartedExecution[]>

async function sleep(deployment: Deployment, n: number, which: string, offer: Offer): Promise<readonly Measurement[]> {
  const { client, engine, admin } = deployment
  const ledger = await LedgerCheck.begin(engine, admin)
  const tags = Array.from({ length: n }, () => newTag('W7'))
  const begin = nowMs()
  const executions = await within(300_000, 'Starting', offer(tags, (tag) => client.start('nap', { tag, steps: STEPS, ms: SLEEP_MS })))
  const offered = nowMs() - begin
  // Nothing is asked while they wake.
  await pause(SLEEP_MS + 500)
  const marks = await within(300_000, 'Waking', untilMarked([deployment], n * STEPS))
  const results = await within(300_000, 'W7', inWaves(executions, (execution) => execution.result()))
  for (const [i, result] of results.entries()) assertResult(tags[i] ?? '', result, STEPS)
  const bodies = assertBodies(marks, tags, STEPS)
  await ledger.assertAdded({ executions: n, steps: n * STEPS })
  const due = await dueTimes(deployment)
  const woken = tags.map((tag) => ({ tag, at: markOf(bodies.get(tag), STEPS - 1) }))
  return [
    { metric: `${which}: next step − (step before + 2 s)`, unit: 'ms', samples: woken.map(({ tag, at }) => at - markOf(bodies.get(tag), 0) - SLEEP_MS) },
    ...(due ? [{ metric: `${which}: next step − due time`, unit: 'ms', samples: woken.map(({ tag, at }) => at - (due.get(tag) ?? Number.NaN)) } as const] : []),
    { metric: `${which}: all starts acknowledged`, unit: 'ms', samples: [offered] },
  ]
}

function markOf(bodies: readonly Mark[] | undefined, step: number): number {
  return bodies?.find((mark) => mark.step === step)?.at ?? Number.NaN
}

/** On this process's clock. */
async function dueTimes({ engine, admin }: Deployment): Promise<ReadonlyMap<string, number> | undefined> {
  const due = await engine.dueTimes?.(admin)
  if (!due) return undefined
  const ahead = await serverClockAhead(admin)
  return new Map([...due].map(([tag, at]) => [tag, at - ahead]))
}

/** Ms between the server's clock and ours; of several readings that with the shortest way there and back. */
async function serverClockAhead(admin: pg.Client): Promise<number> {
  let best = { trip: Number.POSITIVE_INFINITY, ahead: 0 }
  for (let i = 0; i < 20; i++) {
    const begin = nowMs()
    const { rows } = await admin.query<{ now: number }>({ name: 'clock', text: 'select extract(epoch from clock_timestamp())::float8 * 1000 as now' })
    const end = nowMs()
    if (end - begin < best.trip) best = { trip: end - begin, ahead: (rows[0]?.now ?? Number.NaN) - (begin + end) / 2 }
  }
  return best.ahead
}
