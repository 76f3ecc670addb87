import { Baton, type Worker, type WorkerOptions } from '@baton/runtime'
import pg from 'pg'
import type { FaultPoint, Faults } from '../../../packages/runtime/src/log/fault-points.ts'
import { startWorker } from '../../../packages/runtime/src/worker/worker.ts'
import { createDatabase } from '../../support/database.ts'
import { type Mark, marksFile } from '../../support/marks.ts'
import { startWorkerProcess, type WorkerProcess, type WorkerProcessOptions } from '../../support/worker-process.ts'
import type { Gate } from './gate.ts'

type Workflows = WorkerOptions['workflows']

/** A database, a client, and the workers that a scenario asks for; all of it is gone at its end. */
export class Stage implements AsyncDisposable {
  readonly url: string
  readonly baton: Baton
  readonly #stack: AsyncDisposableStack
  readonly #marks: { read(): readonly Mark[] }
  readonly #sql: pg.Client

  private constructor(stack: AsyncDisposableStack, url: string, baton: Baton, marks: { read(): readonly Mark[] }, sql: pg.Client) {
    this.#stack = stack
    this.url = url
    this.baton = baton
    this.#marks = marks
    this.#sql = sql
  }

  static async open(): Promise<Stage> {
    const stack = new AsyncDisposableStack()
    const marks = stack.use(marksFile())
    const { url } = stack.use(await createDatabase())
    const sql = new pg.Client({ connectionString: url })
    await sql.connect()
    stack.defer(() => sql.end())
    const baton = stack.use(await Baton.connect(url))
    return new Stage(stack, url, baton, marks, sql)
  }

  /** A worker of this process; it logs to nobody. */
  async worker(workflows: Workflows, options: Partial<WorkerOptions> = {}, faults: Faults = () => {}): Promise<Worker> {
    return this.#stack.use(await startWorker({ url: this.url, log: () => {}, workflows, ...options }, faults))
  }

  /** A worker process that serves what the module exports as `workflows`. */
  async process(module: string, options: Omit<WorkerProcessOptions, 'url' | 'module'> & { readonly url?: string } = {}): Promise<WorkerProcess> {
    return this.#stack.use(await startWorkerProcess({ url: this.url, module: new URL(`../served/${module}.ts`, import.meta.url).href, ...options }))
  }

  use<T extends AsyncDisposable>(resource: T): T {
    return this.#stack.use(resource)
  }

  /** The runs of bodies so far: which, and in which process. */
  marks(): readonly Mark[] {
    return this.#marks.read()
  }

  /** The same as names alone, without the id of the execution. */
  ran(): readonly string[] {
    return this.marks().map(({ key }) => key.slice(key.indexOf('/') + 1))
  }

  async sql<R extends object>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    return (await this.#sql.query<R>(text, [...values])).rows
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }
}

/** Whoever comes to the point from when `armed` says so waits at the gate. */
export function waitAt(point: FaultPoint, at: Gate, armed: () => boolean = () => true): Faults {
  return (reached) => (reached === point && armed() ? at.pass() : undefined)
}
