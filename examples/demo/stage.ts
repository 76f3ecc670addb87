import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Baton } from '@baton/runtime'
import { FileLedger } from '../order/file-ledger.ts'
import type { Body } from './body.ts'
import { BodyLog } from './body-log.ts'
import { type Outcome, readOutcome } from './outcome.ts'
import { createScratchSchema } from './scratch-schema.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'
import { firstStepAfter, type Kill } from './takeover.ts'
import { placeOrders, startWeather } from './workload.ts'
import { WorkerProcess } from './worker-process.ts'

const POLL_MS = 100
const PATIENCE_MS = 60_000

/** How work went on after a kill. */
export interface Takeover {
  /** From the kill to the next step body. */
  readonly ms: number
  /** The name of the worker that ran it. */
  readonly by: string
}

export interface StageOptions {
  readonly url: string
  /** For what the run writes. */
  readonly folder: string
  /** Path of the manifest. */
  readonly manifest: string
  /** Told each time the stage looks. */
  readonly onLook: (snapshot: Snapshot, bodies: readonly Body[], workers: readonly WorkerProcess[]) => void
  /** Rejects when the user wants the end. */
  readonly interrupted: Promise<never>
}

/** Plays a run on a stage of its own; in the end, whatever it is, its processes have ended and its schema is dropped. */
export async function onStage<T>(options: StageOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  await mkdir(options.folder, { recursive: true })
  await using scratch = await createScratchSchema(options.url)
  const { schema } = scratch
  await using baton = await Baton.connect(options.url, { schema, name: 'demo' })
  await using log = await BodyLog.open(join(options.folder, 'bodies.jsonl'))
  await using stage = new Stage(options, schema, baton, log)
  return await Promise.race([play(stage), options.interrupted])
}

/** Where one run takes place: a schema, a client, worker processes, and what they write. */
export class Stage implements AsyncDisposable {
  readonly baton: Baton
  readonly ledger: FileLedger
  readonly reportFolder: string
  readonly #options: StageOptions
  readonly #schema: string
  readonly #log: BodyLog
  readonly #workers: WorkerProcess[] = []

  constructor(options: StageOptions, schema: string, baton: Baton, log: BodyLog) {
    this.#options = options
    this.#schema = schema
    this.baton = baton
    this.#log = log
    this.ledger = new FileLedger(this.#path('ledger'))
    this.reportFolder = this.#path('report')
  }

  /** Starts a worker process; resolves when it takes work. */
  async hire(name: string): Promise<WorkerProcess> {
    const { url, manifest } = this.#options
    const config = { name, url, schema: this.#schema, manifest, bodies: this.#path('bodies.jsonl'), ledger: this.#path('ledger') }
    const worker = WorkerProcess.spawn(config)
    this.#workers.push(worker)
    await worker.ready()
    return worker
  }

  startWeather(): Promise<void> {
    return startWeather(this.baton, this.reportFolder)
  }

  placeOrders(ids: readonly string[]): Promise<void> {
    return placeOrders(this.baton, ids)
  }

  /** Looks until something is so. @throws Error if it never is, or a worker ends that nobody killed. */
  async until(what: string, is: (snapshot: Snapshot, bodies: readonly Body[]) => boolean): Promise<Snapshot> {
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const snapshot = await takeSnapshot(this.baton)
      const bodies = await this.bodies()
      this.#options.onLook(snapshot, bodies, this.#workers.filter(({ alive }) => alive))
      if (snapshot.failed.length > 0) throw new Error(`An execution ended badly: ${snapshot.failed.join(', ')}.`)
      if (is(snapshot, bodies)) return snapshot
      if (performance.now() > deadline) throw new Error(`Waited ${PATIENCE_MS / 1_000} s in vain for ${what}.`)
      await Promise.race([pause(POLL_MS), ...this.#workers.map(({ failed }) => failed)])
    }
  }

  /** Kills the worker that `choose` names by what it owns at this moment. */
  async kill(choose: (snapshot: Snapshot) => string | undefined): Promise<Kill> {
    const snapshot = await takeSnapshot(this.baton)
    const name = choose(snapshot)
    const victim = this.#workers.find((worker) => worker.name === name && worker.alive)
    if (!victim || name === undefined) throw new Error(`There is no worker '${name ?? '(none)'}' to kill: nothing was running.`)
    return { worker: name, pid: victim.pid, at: victim.kill(), owned: snapshot.owned.get(name) ?? new Set() }
  }

  /** Waits for the first step that goes on after a kill. */
  async takeover(kill: Kill): Promise<Takeover> {
    let first: Body | undefined
    await this.until('a takeover', (_, bodies) => (first = firstStepAfter(bodies, kill)) !== undefined)
    return { ms: (first?.at ?? Infinity) - kill.at, by: this.#workers.find(({ pid }) => pid === first?.pid)?.name ?? 'nobody' }
  }

  bodies(): Promise<readonly Body[]> {
    return this.#log.read()
  }

  outcome(): Promise<Outcome> {
    return readOutcome(this.baton, this.reportFolder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()))
  }

  #path(name: string): string {
    return join(this.#options.folder, name)
  }
}
