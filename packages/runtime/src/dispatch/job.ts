import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What pg-boss carries: an execution that needs an owner, or a step that any worker of its queue may run. */
export type Job = ExecutionJob | StepJob
export type JobKind = Job['kind']

export interface ExecutionJob {
  readonly kind: 'execution'
  readonly queue: string
  readonly execution: string
  /** The higher is fetched first; default 0. */
  readonly priority?: number
  /** Given where a repetition must not add a second job; else pg-boss makes one up. */
  readonly id?: string
  readonly after?: Start
}

/** What the step is stands in `tasks` under the same id. */
interface StepJob {
  readonly kind: 'step'
  readonly queue: string
  readonly id: string
  /** The higher is fetched first; default 0. */
  readonly priority?: number
  readonly after?: Start
}

/** When a job may be fetched: at a time of the database's clock, or so many ms from now by that clock. */
type Start = Date | number

export const ExecutionJobData = z.object({ execution: z.string() })

/** pg-boss's name for the jobs of a kind on a task queue. */
export function bossQueue(kind: JobKind, queue: string): string {
  return `${kind}/${queue}`
}

/** The same id for the same attempt of the same command, so that sending it again after a takeover adds no second job. */
export function stepJobId(execution: string, command: string, attempt: number): string {
  return stableUuid('step', execution, command, String(attempt))
}

/** The same id for an execution, so that a sweep adds one job at most while the last one still waits. */
export function sweepJobId(execution: string): string {
  return stableUuid('sweep', execution)
}

/** A version 8 UUID from a hash of the parts. */
function stableUuid(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(parts.join('\0')).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
