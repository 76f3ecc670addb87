import type { Deployment, Placement } from '../deployment.ts'
import type { Measurement } from '../measurement.ts'
import type { ProgramName } from '../engines/engine.ts'
import type { Sizes } from '../sizes.ts'

export interface Workload {
  /** As in docs/performance.md, W1 … W9; `--only W5` also takes W5r. */
  readonly id: string
  readonly title: string
  readonly placement: Placement
  /** What it runs besides `chain`. */
  readonly programs?: readonly ProgramName[]
  /** Nothing else may live on its server: other deployments are closed, and an embedded server is one of its own that counts statements. */
  readonly alone?: boolean
  /** Takes minutes and hardly varies: only the first repetition has it. */
  readonly once?: boolean
  /** One repetition; throws if what ran was not right. */
  run(deployment: Deployment, sizes: Sizes): Promise<readonly Measurement[]>
}

let made = 0

/** A name no other execution of the run has. */
export function newTag(workload: string): string {
  return `${workload}-${++made}`
}
