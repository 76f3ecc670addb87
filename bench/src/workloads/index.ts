import { children } from './children.ts'
import { fanOut } from './fan-out.ts'
import { flatness } from './flatness.ts'
import { manyIterations } from './for-each.ts'
import { idleness } from './idleness.ts'
import { parked, resident } from './memory.ts'
import { recovery } from './recovery.ts'
import { longHistory } from './replay.ts'
import { severalWorkers } from './several-workers.ts'
import { startElsewhere, startHere } from './start-latency.ts'
import { stepGap } from './step-gap.ts'
import { throughput } from './throughput.ts'
import { timers } from './timers.ts'
import type { Workload } from './workload.ts'

const workloads: readonly Workload[] = [
  startElsewhere, startHere, stepGap, throughput, fanOut, children, manyIterations, flatness, longHistory, recovery, idleness, timers,
  severalWorkers, resident, parked,
]

/** Those whose id begins with one of the prefixes; all without any. */
export function workloadsOf(prefixes: readonly string[]): readonly Workload[] {
  for (const prefix of prefixes) {
    if (!workloads.some(({ id }) => id.startsWith(prefix))) {
      throw new Error(`There is no workload '${prefix}'; there are: ${workloads.map(({ id }) => id).join(', ')}.`)
    }
  }
  return workloads.filter(({ id }) => prefixes.length === 0 || prefixes.some((prefix) => id.startsWith(prefix)))
}
