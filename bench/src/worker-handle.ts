// Owns: one worker process, from fork to its end, by whichever way it ends.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { within } from './clock.ts'
import type { WorkerSetting } from './engines/engine.ts'
import type { Mark } from './marks.ts'
import type { FromWorker, Memory, ToWorker } from './worker-messages.ts'

export interface WorkerSpawn extends SpawnOptions {
  /** The built worker process. */
  readonly script: string
  readonly engine: string
  readonly url: string
}

export interface SpawnOptions {
  /** Marks go there at once, so that they outlive a kill. */
  readonly markFile?: string
  readonly setting?: WorkerSetting
  /** Of node. */
  readonly flags?: readonly string[]
}

const PATIENCE_MS = 30_000

export class WorkerHandle {
  readonly #child: ChildProcess
  /** When it took work first, ms; rejects if it never did. */
  readonly ready: Promise<number>

  constructor({ script, engine, url, markFile, setting, flags = [] }: WorkerSpawn) {
    this.#child = fork(script, [], {
      // The driver's own flags load a TypeScript compiler; a deployed worker has none. BENCH_WORKER_FLAGS adds a profiler.
      execArgv: ['--enable-source-maps', ...flags, ...(process.env['BENCH_WORKER_FLAGS']?.split(' ') ?? [])],
      env: {
        ...process.env, BENCH_ENGINE: engine, BENCH_URL: url, ...(markFile ? { BENCH_MARKS: markFile } : {}),
        ...(setting ? { BENCH_SETTING: JSON.stringify(setting) } : {}),
      },
    })
    this.ready = this.#next('ready').then(({ at }) => at)
    this.ready.catch(() => {}) // seen by whoever waits for it
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The worker process could not be started.')
    return this.#child.pid
  }

  /** The marks since the last call. */
  async marks(): Promise<readonly Mark[]> {
    const answer = this.#next('marks')
    this.#send({ kind: 'marks' })
    return (await answer).marks
  }

  /** Of a worker with `--expose-gc`, after it has collected. */
  async memory(): Promise<Memory> {
    const answer = this.#next('memory')
    this.#send({ kind: 'memory' })
    return (await answer).memory
  }

  /** SIGKILL: the process does nothing more, and nobody is told. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#send({ kind: 'stop' })
    await within(PATIENCE_MS, 'Stopping a worker', ended)
  }

  #send(message: ToWorker): void {
    this.#child.send(message)
  }

  #next<K extends FromWorker['kind']>(kind: K): Promise<Extract<FromWorker, { kind: K }>> {
    const child = this.#child
    const answer = new Promise<Extract<FromWorker, { kind: K }>>((resolve, reject) => {
      const settle = (): void => {
        child.off('message', heard)
        child.off('exit', ended)
      }
      const heard = (message: FromWorker): void => {
        if (!isKind(message, kind)) return
        settle()
        resolve(message)
      }
      const ended = (code: number | null, signal: string | null): void => {
        settle()
        reject(new Error(`The worker process ended (${signal ?? code}) before it was '${kind}'.`))
      }
      child.on('message', heard)
      child.on('exit', ended)
    })
    return within(PATIENCE_MS, `Waiting for a worker's '${kind}'`, answer)
  }
}

function isKind<K extends FromWorker['kind']>(message: FromWorker, kind: K): message is Extract<FromWorker, { kind: K }> {
  return message.kind === kind
}
