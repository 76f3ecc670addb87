import type { Body } from './body.ts'
import { type Outcome } from './outcome.ts'
import { repeatedBodies, rerunsOfRecordedSteps } from './reruns.ts'
import { clockOffset } from './scratch-schema.ts'
import type { Snapshot } from './snapshot.ts'
import { onStage, type Stage, type StageOptions } from './stage.ts'
import type { Kill } from './takeover.ts'
import { ORDER_IDS, ORDERS } from './workload.ts'

/** A run that has come to its end. */
export interface RunReport {
  readonly outcome: Outcome
  readonly bodies: readonly Body[]
  /** Bodies that began although the step's outcome was recorded. */
  readonly reruns: readonly Body[]
  /** Bodies of attempts that had begun before, their outcome unrecorded. */
  readonly repeated: number
  /** Charges in the payment service's ledger. */
  readonly charges: number
  readonly takeoverMs: readonly number[]
  readonly kills: readonly Kill[]
  readonly ms: number
}

/** Tells of something that happened. */
type Tell = (event: string) => void

/** One worker, nobody is killed. */
export function runUninterrupted(options: StageOptions, tell: Tell): Promise<RunReport> {
  return onStage(options, async (stage) => {
    const worker = await stage.hire('solo')
    tell(`worker solo (pid ${worker.pid}) is ready`)
    const began = performance.now()
    await Promise.all([
      stage.startWeather(),
      stage.placeOrders(ORDER_IDS),
      stage.until('all to complete', ({ orders, done }) => orders.placed === ORDERS && done),
    ])
    return report(stage, options, { ms: performance.now() - began, kills: [], takeoverMs: [] })
  })
}

/** Two workers; twice the one that holds running work is killed, and another is hired. */
export function runKilledTwice(options: StageOptions, tell: Tell): Promise<RunReport> {
  return onStage(options, async (stage) => {
    for (const worker of await Promise.all([stage.hire('A'), stage.hire('B')])) tell(`worker ${worker.name} (pid ${worker.pid}) is ready`)
    const began = performance.now()
    const kills: Kill[] = []
    const takeoverMs: number[] = []
    const killAndReplace = async (choose: (snapshot: Snapshot) => string | undefined, replacement: string): Promise<void> => {
      const kill = await stage.kill(choose)
      kills.push(kill)
      tell(`SIGKILL to worker ${kill.worker} (pid ${kill.pid}), which held ${kill.owned.size} executions`)
      const hired = stage.hire(replacement)
      const [{ ms, by }] = await Promise.all([stage.takeover(kill), hired])
      takeoverMs.push(ms)
      tell(`${by} went on after ${ms} ms; worker ${replacement} (pid ${(await hired).pid}) is ready`)
    }

    const [early, late] = [ORDER_IDS.slice(0, ORDERS / 2), ORDER_IDS.slice(ORDERS / 2)]
    await Promise.all([
      stage.startWeather(),
      stage.placeOrders(early),
      // partition and four months are recorded, other months under way: what a takeover must keep, and what it must repeat.
      stage.until('some months', ({ weather }) => weather.length >= 5).then(() => killAndReplace(({ weatherOwner }) => weatherOwner, 'C')),
    ])
    // The replacement is there by now: the second kill again leaves one worker of two.
    await Promise.all([
      stage.placeOrders(late),
      stage.until('late orders', ({ orders }) => orders.placed >= ORDERS * 0.8).then(() => killAndReplace(busiest, 'D')),
    ])
    await stage.until('all to complete', ({ done }) => done)
    return report(stage, options, { ms: performance.now() - began, kills, takeoverMs })
  })
}

/** The worker that holds the most executions. */
function busiest({ owned }: Snapshot): string | undefined {
  return [...owned].toSorted(([, a], [, b]) => b.size - a.size)[0]?.[0]
}

async function report(stage: Stage, { url }: StageOptions, facts: Pick<RunReport, 'ms' | 'kills' | 'takeoverMs'>): Promise<RunReport> {
  const outcome = await stage.outcome()
  const bodies = [...(await stage.bodies())]
  return {
    ...facts,
    outcome,
    bodies,
    reruns: rerunsOfRecordedSteps(bodies, outcome.histories, await clockOffset(url)),
    repeated: repeatedBodies(bodies),
    charges: (await stage.ledger.charges()).length,
  }
}
