// By when a step must have begun, and by when ended: functions of what the log says of it.
import type { StepCommand } from './command.ts'

/** When the step has failed whatever its attempts do, ms of the database's clock; undefined without `totalTimeout`. */
export function endDeadline({ step, scheduledAt }: StepCommand): number | undefined {
  return step.totalTimeoutMs === undefined ? undefined : scheduledAt + step.totalTimeoutMs
}

/** When the attempt that is due must have begun; undefined without `scheduleToStartTimeout`. */
export function startDeadline({ step, scheduledAt, notBefore }: StepCommand): number | undefined {
  return step.scheduleToStartTimeoutMs === undefined ? undefined : Math.max(scheduledAt, notBefore) + step.scheduleToStartTimeoutMs
}
