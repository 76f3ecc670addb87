import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface WorkerProcessOptions {
  readonly url: string
  readonly name?: string
  /** Dies by SIGKILL at the n-th time it comes to a point: `append:after@3`. */
  readonly dieAt?: string
  readonly options?: object
  /** The URL of a module whose `workflows` it serves; default: those of the tests' support. */
  readonly module?: string
  /** Keys it encrypts its payloads with, in base64. */
  readonly keys?: readonly { readonly id: string; readonly key: string }[]
  /** The most its old generation may take, MiB. */
  readonly heap?: number
}

/** A worker process, killed at the end of the test whatever happens. */
export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number
  readonly messages: readonly { level?: string; message?: string; hit?: number }[]
  readonly exited: Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Stops it in good order. */
  stop(): Promise<void>
}

/** Starts a worker in a process of its own; resolves when it takes work, or has died at its point before that. */
export async function startWorkerProcess({ url, name = 'victim', dieAt, options = {}, module, keys = [], heap }: WorkerProcessOptions): Promise<WorkerProcess> {
  const child: ChildProcess = fork(fileURLToPath(new URL('worker-main.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', '--conditions=@baton/source', ...(heap === undefined ? [] : [`--max-old-space-size=${heap}`])],
    env: {
      ...process.env,
      BATON_URL: url,
      BATON_WORKER: name,
      BATON_WORKER_OPTIONS: JSON.stringify(options),
      BATON_KEYS: JSON.stringify(keys),
      ...(module === undefined ? {} : { BATON_WORKFLOWS: module }),
      ...(dieAt === undefined ? {} : { BATON_DIE_AT: dieAt }),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const messages: { level?: string; message?: string; hit?: number; ready?: number }[] = []
  const exited = once(child, 'exit').then(() => {})
  await new Promise<void>((resolve) => {
    child.on('message', (message) => {
      messages.push(message as (typeof messages)[number])
      if (typeof message === 'object' && message !== null && 'ready' in message) resolve()
    })
    void exited.then(resolve)
  })
  return {
    pid: child.pid ?? 0,
    messages,
    exited,
    kill: (signal) => {
      child.kill(signal)
    },
    async stop() {
      child.send('stop')
      await exited
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}
