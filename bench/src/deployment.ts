// Owns: an engine set up in a database of its own, with a client in this process and its worker here or in another one.
import type pg from 'pg'
import { nowMs } from './clock.ts'
import type { BenchDatabase, Server } from './database.ts'
import type { Engine, EngineClient, RunningWorker } from './engines/engine.ts'
import { type Mark, MarkBuffer } from './marks.ts'
import { type SpawnOptions, WorkerHandle } from './worker-handle.ts'

/** `none`: the workload starts its workers itself. */
export type Placement = 'other process' | 'same process' | 'none'

const WARM_UP_MS = 2_000
const WARM_UP_LANES = 20
const WARM_UP_STEPS = 5

export class Deployment {
  readonly engine: Engine
  readonly client: EngineClient
  readonly #database: BenchDatabase
  readonly #script: string
  readonly #worker: WorkerHandle | RunningWorker | undefined
  readonly #buffer: MarkBuffer

  private constructor(engine: Engine, script: string, parts: {
    readonly database: BenchDatabase
    readonly worker: WorkerHandle | RunningWorker | undefined
    readonly client: EngineClient
    readonly buffer: MarkBuffer
  }) {
    this.engine = engine
    this.#script = script
    this.client = parts.client
    this.#database = parts.database
    this.#worker = parts.worker
    this.#buffer = parts.buffer
  }

  static async open(engine: Engine, server: Server, script: string, placement: Placement): Promise<Deployment> {
    const database = await server.fresh()
    const { url } = database
    await engine.prepare({ url })
    const buffer = new MarkBuffer()
    let worker: WorkerHandle | RunningWorker | undefined
    const here = placement === 'same process' || (engine.inProcess && placement === 'other process')
    if (here) worker = await engine.work({ url }, buffer.record)
    else if (placement === 'other process') {
      const process = new WorkerHandle({ script, engine: engine.name, url })
      await process.ready
      worker = process
    }
    const deployment = new Deployment(engine, script, { database, worker, buffer, client: await engine.connect({ url }) })
    if (worker) {
      await deployment.warmUp()
      await deployment.marks()
    }
    return deployment
  }

  get admin(): pg.Client {
    return this.#database.admin
  }

  /** The worker's process, where it is another one. */
  get workerPid(): number | undefined {
    return this.#worker instanceof WorkerHandle ? this.#worker.pid : undefined
  }

  /** The marks since the last call. */
  async marks(): Promise<readonly Mark[]> {
    return this.#worker instanceof WorkerHandle ? this.#worker.marks() : this.#buffer.take()
  }

  /** Another worker process on the same database. */
  spawn(options: SpawnOptions = {}): WorkerHandle {
    return new WorkerHandle({ ...options, script: this.#script, engine: this.engine.name, url: this.#database.url })
  }

  async close(): Promise<void> {
    await this.client.close()
    await this.#worker?.stop()
    await this.engine.dispose?.({ url: this.#database.url })
    await this.#database.drop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /**
   * Some load for a while, as a service has had that is not just begun: processes compile their hot paths and open their connections.
   * What ran is in the marks.
   */
  async warmUp(): Promise<void> {
    const until = nowMs() + WARM_UP_MS
    let ran = 0
    const lane = async (): Promise<void> => {
      while (nowMs() < until) await this.client.execute('chain', { tag: `warm-${ran++}`, steps: WARM_UP_STEPS })
    }
    await Promise.all(Array.from({ length: WARM_UP_LANES }, lane))
  }
}
