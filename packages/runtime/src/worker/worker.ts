import { hostname } from 'node:os'
import { type Duration, parseDuration, type WorkflowClass } from '@baton/sdk'
import type { Manifest } from '@baton/sdk/manifest'
import { z } from 'zod'
import { Dispatcher } from '../dispatch/dispatcher.ts'
import { type Database, openDatabase } from '../log/database.ts'
import { type Faults, noFaults } from '../log/fault-points.ts'
import { isConnectionLoss } from '../log/connection-loss.ts'
import { type Names, namesOf } from '../log/names.ts'
import { withReconnect } from '../log/reconnect.ts'
import { executeAnywhere } from '../log/transaction.ts'
import { assertMigrated } from '../log/schema-check.ts'
import { installGuard } from './guard/install.ts'
import { PayloadBorder } from '../payload/payload-border.ts'
import type { PayloadOptions } from '../payload/payload-codec.ts'
import { Incarnation } from './incarnation.ts'
import { type Log, logToStderr } from './log.ts'
import { handlersJson } from './handlers-json.ts'
import { MAX_TAKEOVERS } from './quarantine.ts'
import { register, RegistrationFailed, type Registry, type WorkflowEntry } from './registry.ts'
import { reportStrayRejections } from './stray-rejections.ts'

/** Options of `Worker.start`. */
export interface WorkerOptions {
  /** Where Postgres is; a direct connection, not through a pooler in transaction mode: LISTEN needs a session. */
  readonly url: string
  /** The workflows it serves; `{ workflow, create }` where the constructor takes arguments. */
  readonly workflows: readonly (WorkflowClass | WorkflowEntry)[]
  /** What `baton build` wrote; code that disagrees with it is refused. */
  readonly manifest?: Manifest
  /** Default `'baton'`. */
  readonly schema?: string
  /** Shown in `application_name` and lists; default `<host>:<pid>`. */
  readonly name?: string
  /** The task queues it takes from; default: those its workflows and their steps name. */
  readonly queues?: readonly string[]
  /** How many step bodies run at once; default 100. */
  readonly slots?: number
  /** How many executions it holds in memory; default 10,000. */
  readonly maxActors?: number
  /** `false` sends every step through the queue, to whichever worker is free; default `true`. */
  readonly locality?: boolean
  /** An execution with nothing to do for this long leaves memory; default `'30s'`. */
  readonly parkAfter?: Duration
  /**
   * How many workers may die one after another with an execution in hand before it is set aside as `Quarantined`, when this worker
   * is the one that takes over; default 5.
   */
  readonly maxTakeovers?: number
  /** How long `stop` waits for running steps; default `'10s'`. */
  readonly drainTimeout?: Duration
  /**
   * Whether workflow code gets the clock and the chance of its log, and is refused I/O; default `true`. `false` leaves it
   * those of the process.
   */
  readonly guard?: boolean
  /** What happens to payloads on their way into the database; the same for all workers and clients. */
  readonly payloads?: PayloadOptions
  /** Default: warnings and errors to stderr. */
  readonly log?: Log
}

/** Connections of the pool; with those for the log and for LISTEN a worker has six at most, and one more once its steps publish. */
const POOL = 4

/**
 * A process's share of the work: takes executions and steps from the queues, runs them, and takes over from dead workers.
 *
 * @example
 * const worker = await Worker.start({ url, workflows: [OrderWorkflow] })
 * process.once('SIGTERM', () => worker.stop())
 */
export class Worker {
  readonly #options: WorkerOptions
  readonly #names: Names
  readonly #name: string
  readonly #queues: readonly string[]
  readonly #registry: Registry
  readonly #database: Database
  /** Whoever looks a queue up may hold a connection of the pool: it must not need a second one of the same. */
  readonly #lookups: Database
  readonly #dispatcher: Dispatcher
  readonly #log: Log
  readonly #faults: Faults
  #incarnation: Incarnation | undefined
  #strays: Disposable | undefined
  #guard: Disposable | undefined
  #reborn: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  private constructor(options: WorkerOptions, faults: Faults) {
    checkCount('slots', options.slots)
    checkCount('maxActors', options.maxActors)
    checkCount('maxTakeovers', options.maxTakeovers)
    this.#options = options
    this.#faults = faults
    this.#names = namesOf(options.schema)
    this.#name = options.name ?? `${hostname()}:${process.pid}`
    const border = new PayloadBorder(options.payloads)
    this.#registry = register(options.workflows, options.manifest, options.guard, border.maxBytes)
    this.#queues = options.queues ?? queuesOf(this.#registry)
    if (this.#queues.length === 0) throw new RegistrationFailed('InvalidOption', 'queues is empty; name at least one, or leave it out.')
    this.#log = options.log ?? logToStderr
    this.#database = openDatabase({
      url: options.url,
      names: this.#names,
      name: `${this.#application} pool`,
      max: POOL,
      border,
      onError: (error) => this.#log({ level: 'debug', message: 'A connection of the pool broke', error }),
    })
    this.#lookups = openDatabase({
      url: options.url,
      names: this.#names,
      name: `${this.#application} queues`,
      max: 1,
      onError: (error) => this.#log({ level: 'debug', message: 'The connection for queues broke', error }),
    })
    this.#dispatcher = new Dispatcher(executeAnywhere(this.#lookups.pool), this.#names)
  }

  /**
   * Starts a worker; resolves when it takes work.
   *
   * @throws DefinitionError, RegistrationFailed, ManifestMismatch, SchemaMissing; BatonError `InvalidOption`; the driver's
   * error if the database cannot be reached.
   */
  static async start(options: WorkerOptions): Promise<Worker> {
    return startWorker(options, noFaults)
  }

  /** @internal */
  static async startWithFaults(options: WorkerOptions, faults: Faults): Promise<Worker> {
    const worker = new Worker(options, faults)
    try {
      await worker.#start()
    } catch (error) {
      await Promise.all([worker.#lookups.close(), worker.#database.close()])
      worker.#release()
      throw error
    }
    return worker
  }

  /** The worker's id in the database; another after it has been taken over and came back. */
  get id(): number {
    return this.#incarnation?.id ?? 0
  }

  /** Executions in memory and step bodies running. */
  get load(): { readonly actors: number; readonly steps: number } {
    return this.#incarnation?.load ?? { actors: 0, steps: 0 }
  }

  /**
   * Stops in good order: takes nothing new, lets running steps finish for `drainTimeout`, and hands the rest over to other
   * workers at once.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  get #application(): string {
    return `baton worker ${this.#name}`
  }

  async #start(): Promise<void> {
    this.#strays = reportStrayRejections(this.#log)
    if (this.#options.guard ?? true) this.#guard = installGuard()
    await assertMigrated(this.#database, this.#names)
    await this.#dispatcher.start()
    for (const queue of this.#queues) await this.#dispatcher.ensureQueue(queue)
    await this.#publish()
    await this.#incarnate()
  }

  /** Tells clients what can be started by name. */
  async #publish(): Promise<void> {
    const rows = [...this.#registry.values()].map(({ definition, semanticHash }) => ({
      name: definition.name,
      version: definition.version,
      queue: definition.queue,
      semantic_hash: semanticHash,
      input_schema: definition.input
        ? JSON.stringify(z.toJSONSchema(definition.input, { io: 'input', unrepresentable: 'any' }))
        : null,
      attributes: JSON.stringify(definition.attributes),
      handlers: handlersJson(definition),
    }))
    if (rows.length === 0) throw new RegistrationFailed('NoWorkflows', 'A worker needs at least one workflow to serve.')
    await this.#database.db
      .insertInto('workflows')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['name', 'version']).doUpdateSet((eb) => ({
          queue: eb.ref('excluded.queue'),
          semantic_hash: eb.ref('excluded.semantic_hash'),
          input_schema: eb.ref('excluded.input_schema'),
          attributes: eb.ref('excluded.attributes'),
          handlers: eb.ref('excluded.handlers'),
          registered_at: eb.fn<Date>('now'),
        })),
      )
      .execute()
  }

  async #incarnate(): Promise<void> {
    const { url, slots = 100, maxActors = 10_000, maxTakeovers = MAX_TAKEOVERS, locality = true, parkAfter = '30s' } = this.#options
    const incarnation = new Incarnation({
      url,
      names: this.#names,
      name: this.#name,
      application: this.#application,
      queues: this.#queues,
      registry: this.#registry,
      slots,
      maxActors,
      maxTakeovers,
      locality,
      parkAfterMs: parseDuration(parkAfter),
      database: this.#database,
      dispatcher: this.#dispatcher,
      log: this.#log,
      faults: this.#faults,
      onFenced: () => {
        if (!this.#stopping) this.#reborn = this.#rejoin()
      },
    })
    await incarnation.start()
    this.#incarnation = incarnation
  }

  async #rejoin(): Promise<void> {
    while (!this.#stopping) {
      try {
        await withReconnect(() => this.#incarnate())
        this.#log({ level: 'info', message: `Rejoined as worker ${this.id}` })
        return
      } catch (error) {
        this.#log({ level: 'warn', message: 'Could not rejoin; trying again', error })
        if (!isConnectionLoss(error)) await new Promise((resolve) => setTimeout(resolve, 1_000))
      }
    }
  }

  async #stop(): Promise<void> {
    await this.#reborn
    const { drainTimeout = '10s' } = this.#options
    try {
      const handed = await this.#incarnation?.stop(parseDuration(drainTimeout))
      if (handed) this.#log({ level: 'info', message: `Handed ${handed} executions over` })
    } catch (error) {
      this.#log({ level: 'warn', message: 'Executions could not be handed over; other workers take them over', error })
    } finally {
      await this.#dispatcher.stop()
      await Promise.all([this.#lookups.close(), this.#database.close()])
      this.#release()
    }
  }

  /** Lets go of what it holds of the process. */
  #release(): void {
    this.#strays?.[Symbol.dispose]()
    this.#guard?.[Symbol.dispose]()
  }
}

function checkCount(option: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return
  throw new RegistrationFailed('InvalidOption', `${option} is ${value}; give a whole number of at least 1.`)
}

/** Starts a worker whose named points call `faults`. */
export function startWorker(options: WorkerOptions, faults: Faults): Promise<Worker> {
  return Worker.startWithFaults(options, faults)
}

function queuesOf(registry: Registry): readonly string[] {
  const queues = new Set<string>()
  for (const { definition } of registry.values()) {
    queues.add(definition.queue)
    for (const step of definition.steps.values()) queues.add(step.queue)
  }
  return [...queues].sort()
}
