// Owns: an engine set up in a database of its own, with a client in this process and its worker here or in another one.
import type pg from 'pg'
import { nowMs } from './clock.ts'
import type { BenchDatabase, Server } from './database.ts'
import type { Engine, EngineClient, ProgramName, RunningWorker } from './engines/engine.ts'
import { type Mark, MarkBuffer } from './marks.ts'
import { type SpawnOptions, WorkerHandle } from './worker-handle.ts'

/** `none`: the workload starts its workers itself. */
export type Placement = 'other process' | 'same process' | 'none'

const WARM_UP = [{ lanes: 20, ms: 2_000 }, { lanes: 1, ms: 500 }]
const WARM_UP_INPUT = { steps: 5, ms: 20 }

export class Deployment {
  readonly engine: Engine
  readonly client: EngineClient
  readonly #database: BenchDatabase
  readonly #script: string
  readonly #worker: WorkerHandle | RunningWorker | undefined
  readonly #buffer: MarkBuffer
  readonly #warm = new Set<ProgramName>()

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
    await deployment.warm(['chain'])
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

  /** Warms up what has not been yet; a workload that starts its workers itself sees to that itself. */
  async warm(programs: readonly ProgramName[]): Promise<void> {
    if (!this.#worker) return
    for (const program of programs) {
      if (this.#warm.has(program)) continue
      this.#warm.add(program)
      await this.warmUp(program)
    }
    await this.marks()
  }

  /**
   * Some load for a while, as a service has had that is not just begun, and then one execution at a time: processes compile their hot
   * paths and open their connections. What ran is in the marks.
   */
  async warmUp(program: ProgramName = 'chain'): Promise<void> {
    let ran = 0
    for (const { lanes, ms } of WARM_UP) {
      const until = nowMs() + ms
      await Promise.all(Array.from({ length: lanes }, async () => {
        while (nowMs() < until) await this.client.execute(program, { tag: `warm-${program}-${ran++}`, ...WARM_UP_INPUT })
      }))
    }
  }
}
