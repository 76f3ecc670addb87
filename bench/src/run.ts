// Owns: the order of a run. Repetitions go round the engines: each in turn does floor, workload, floor, next workload, …, and then all
// again, so that a slow phase of the machine falls on all alike; each ratio is taken against the floor measured just before.
// One engine is deployed at a time: another's polls and pools would be measured with it.
import type { Server } from './database.ts'
import { Deployment } from './deployment.ts'
import type { Engine } from './engines/engine.ts'
import { can, isOffered, repetitionsFor, sizesFor } from './engines/limits.ts'
import { Floor, type FloorMedians } from './floor.ts'
import { type Measurement, Results } from './measurement.ts'
import type { Options } from './options.ts'
import { median } from './stats.ts'
import type { Workload } from './workloads/workload.ts'

export interface RunContext {
  readonly engines: readonly Engine[]
  readonly server: Server
  readonly floorUrl: string
  /** The built worker process. */
  readonly script: string
  readonly progress: (line: string) => void
  /** After each repetition: what there is so far. */
  readonly repeated: (soFar: RunOutcome) => Promise<void>
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
  let kept: Deployment | undefined
  try {
    for (let repetition = 1; repetition <= options.repetitions; repetition++) {
      for (const engine of context.engines) {
        for (const workload of options.workloads) {
          if (workload.once && repetition > 1) continue
          if (!can(engine, workload.id) || !isOffered(engine, workload) || repetition > repetitionsFor(engine, workload.id, options.repetitions)) continue
          progress(`${repetition}/${options.repetitions} ${engine.name} ${workload.id} ${workload.title}`)
          try {
            await once(engine, workload)
          } catch (error) {
            fail(`${engine.name} ${workload.id}`, error)
            await retire() // what is left of the failed one would run into the next
          }
        }
        await retire()
      }
      await context.repeated({ results, failures })
    }
  } finally {
    await retire()
    await floor.close()
  }
  return { results, failures }

  async function once(engine: Engine, workload: Workload): Promise<void> {
    if (workload.alone) {
      await retire()
      await using quiet = await server.quiet()
      await using deployment = await Deployment.open(engine, quiet, script, workload.placement)
      await measure(workload, deployment, quiet)
      return
    }
    const deployment = await deploymentFor(engine, workload)
    try {
      await measure(workload, deployment, server)
    } finally {
      if (kept !== deployment) await deployment.close()
    }
  }

  async function measure(workload: Workload, deployment: Deployment, on: Server): Promise<void> {
    const { engine } = deployment
    await deployment.warm(workload.programs ?? [])
    await on.checkpoint()
    const reading = await floor.measure(options.sizes.floor)
    for (const measurement of reading.measurements) results.add('floor', 'floor', measurement)
    for (const measurement of await workload.run(deployment, sizesFor(engine, options.sizes))) {
      if (engine.ownStore && ofPostgres.test(measurement.metric)) continue
      results.add(engine.name, workload.id, measurement)
      const ratio = ratioOf(measurement, reading.medians)
      if (ratio) results.add(engine.name, workload.id, ratio)
    }
  }

  /** The deployment with its worker in another process is kept and stays warm; the others live for one workload. */
  async function deploymentFor(engine: Engine, { placement }: Workload): Promise<Deployment> {
    if (placement === 'none' || (placement === 'same process' && !engine.inProcess)) return Deployment.open(engine, server, script, placement)
    kept ??= await Deployment.open(engine, server, script, placement)
    return kept
  }

  async function retire(): Promise<void> {
    const deployment = kept
    kept = undefined
    try {
      await deployment?.close()
    } catch (error) {
      fail(`${deployment?.engine.name} at its end`, error)
    }
  }

  function fail(what: string, error: unknown): void {
    const failure = `${what}: ${error instanceof Error ? error.message : String(error)}`
    failures.push(failure)
    progress(`FAILED ${failure}`)
  }
}

/** What an engine with a store of its own does not spend. */
const ofPostgres = /^(commits|WAL) |Postgres/

function ratioOf({ metric, samples, floor }: Measurement, medians: FloorMedians): Measurement | undefined {
  if (!floor) return undefined
  const name = floor === 'commit' ? 'commit' : 'notify'
  return { metric: `${metric} ÷ floor ${name}`, unit: '×', samples: [median(samples) / medians[floor]] }
}
