import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { FromWorker, type WorkerConfig } from './worker-config.ts'

const PROGRAM = fileURLToPath(new URL('worker.ts', import.meta.url))
const STOP_MS = 10_000

/** A worker in a process of its own. */
export class WorkerProcess {
  readonly name: string
  readonly pid: number
  /** Rejects if the process ends before it was killed or told to stop. */
  readonly failed: Promise<never>
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #expected = false

  private constructor(config: WorkerConfig, child: ChildProcess) {
    this.name = config.name
    this.pid = child.pid ?? 0
    this.#child = child
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()))
    this.failed = new Promise((_, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        if (!this.#expected) reject(new Error(`Worker ${config.name} (pid ${this.pid}) ended by itself: ${signal ?? `exit code ${code}`}.`))
      })
    })
    this.failed.catch(() => {})
  }

  /** Starts it with this process's own flags (loader, conditions); its warnings come to our stderr. */
  static spawn(config: WorkerConfig): WorkerProcess {
    const child = spawn(process.execPath, [...process.execArgv, PROGRAM], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const worker = new WorkerProcess(config, child)
    child.on('error', () => {}) // `failed` tells it
    child.send(config, () => {})
    return worker
  }

  get alive(): boolean {
    return this.pid !== 0 && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves when it takes work. */
  async ready(): Promise<void> {
    const [message] = (await Promise.race([once(this.#child, 'message'), this.failed])) as [unknown]
    FromWorker.parse(message)
  }

  /** SIGKILL: no handler runs, nothing is handed over. Gives the moment. */
  kill(): number {
    this.#expected = true
    const at = Date.now()
    this.#child.kill('SIGKILL')
    return at
  }

  /** Ends it in good order, or by force if that takes too long. */
  async stop(): Promise<void> {
    this.#expected = true
    if (!this.alive) return
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    if (this.#child.connected) this.#child.send({ kind: 'stop' }, () => {})
    else this.#child.kill('SIGKILL')
    await this.#ended
    clearTimeout(force)
  }
}
