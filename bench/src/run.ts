// Owns: the order of a run. Repetitions are interleaved: floor, workload, floor, next workload, …, and all again, so that a slow
// phase of the machine falls on all alike; each ratio is taken against the floor measured just before.
import type { Server } from './database.ts'
import { Deployment } from './deployment.ts'
import type { Engine } from './engines/engine.ts'
import { Floor, type FloorMedians } from './floor.ts'
import { type Measurement, Results } from './measurement.ts'
import type { Options } from './options.ts'
import { median } from './stats.ts'
import type { Workload } from './workloads/workload.ts'

export interface RunContext {
  readonly server: Server
  readonly floorUrl: string
  /** The built worker process. */
  readonly script: string
  readonly progress: (line: string) => void
}

export interface RunOutcome {
  readonly results: Results
  readonly failures: readonly string[]
}

export async function run(options: Options, context: RunContext): Promise<RunOutcome> {
  const { server, script, progress } = context
  const results = new Results()
  const failures: string[] = []
  const floor = await Floor.open(context.floorUrl)
  const kept = new Map<Engine, Deployment>()
  try {
    for (let repetition = 1; repetition <= options.repetitions; repetition++) {
      for (const workload of options.workloads) {
        if (workload.once && repetition > 1) continue
        for (const engine of options.engines) {
          if (!isOffered(engine, workload)) continue
          progress(`${repetition}/${options.repetitions} ${engine.name} ${workload.id} ${workload.title}`)
          try {
            await once(engine, workload)
          } catch (error) {
            const failure = `${engine.name} ${workload.id}: ${error instanceof Error ? error.message : String(error)}`
            failures.push(failure)
            progress(`FAILED ${failure}`)
          }
        }
      }
    }
  } finally {
    await closeKept()
    await floor.close()
  }
  return { results, failures }

  async function once(engine: Engine, workload: Workload): Promise<void> {
    if (workload.alone) {
      await closeKept()
      await using quiet = await server.quiet()
      await using deployment = await Deployment.open(engine, quiet, script, workload.placement)
      await measure(workload, deployment, quiet)
      return
    }
    const deployment = await deploymentFor(engine, workload)
    try {
      await measure(workload, deployment, server)
    } finally {
      if (kept.get(engine) !== deployment) await deployment.close()
    }
  }

  async function measure(workload: Workload, deployment: Deployment, on: Server): Promise<void> {
    await on.checkpoint()
    const reading = await floor.measure(options.sizes.floor)
    for (const measurement of reading.measurements) results.add('floor', 'floor', measurement)
    for (const measurement of await workload.run(deployment, options.sizes)) {
      results.add(deployment.engine.name, workload.id, measurement)
      const ratio = ratioOf(measurement, reading.medians)
      if (ratio) results.add(deployment.engine.name, workload.id, ratio)
    }
  }

  /** The deployment with its worker in another process is kept and stays warm; the others live for one repetition. */
  async function deploymentFor(engine: Engine, { placement }: Workload): Promise<Deployment> {
    if (placement !== 'other process') return Deployment.open(engine, server, script, placement)
    const deployment = kept.get(engine) ?? (await Deployment.open(engine, server, script, placement))
    kept.set(engine, deployment)
    return deployment
  }

  async function closeKept(): Promise<void> {
    for (const [engine, deployment] of kept) {
      kept.delete(engine)
      await deployment.close()
    }
  }
}

function isOffered({ offers }: Engine, { programs = [] }: Workload): boolean {
  return offers === undefined || programs.every((program) => offers.has(program))
}

function ratioOf({ metric, samples, floor }: Measurement, medians: FloorMedians): Measurement | undefined {
  if (!floor) return undefined
  const name = floor === 'commit' ? 'commit' : 'notify'
  return { metric: `${metric} ÷ floor ${name}`, unit: '×', samples: [median(samples) / medians[floor]] }
}
