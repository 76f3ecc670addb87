import { countEvents } from './outcome.ts'
import type { RunReport } from './runs.ts'
import { ORDERS } from './workload.ts'

const TAKEOVER_LIMIT_MS = 2_000

/** What the demo found; `--json` prints it. */
export interface Verdict {
  readonly ok: boolean
  readonly executions: number
  /** Steps whose outcome was recorded in the run with kills. */
  readonly steps: number
  readonly kills: number
  /** For each kill, ms until the next step body of an execution that the victim held. */
  readonly takeoverMs: readonly number[]
  readonly rerunOfRecordedSteps: number
  readonly resultSha256: string
  readonly uninterruptedSha256: string
  readonly wallMs: number
}

export function judge(uninterrupted: RunReport, killed: RunReport, wallMs: number): Verdict {
  const { kills, takeoverMs, reruns, outcome } = killed
  const executions = countEvents(outcome, 'ExecutionCompleted')
  const holds = [
    executions === ORDERS + 1,
    kills.length === 2 && takeoverMs.length === 2,
    takeoverMs.every((ms) => ms <= TAKEOVER_LIMIT_MS),
    reruns.length === 0,
    outcome.sha256 === uninterrupted.outcome.sha256,
    killed.charges === ORDERS,
  ]
  return {
    ok: holds.every(Boolean),
    executions,
    steps: countEvents(outcome, 'StepCompleted'),
    kills: kills.length,
    takeoverMs,
    rerunOfRecordedSteps: reruns.length,
    resultSha256: outcome.sha256,
    uninterruptedSha256: uninterrupted.outcome.sha256,
    wallMs: Math.round(wallMs),
  }
}
