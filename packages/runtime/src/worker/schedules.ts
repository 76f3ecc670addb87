// Owns: when this worker looks after the triggers of its workflows: at its start, at each tick, and now and then for ticks that a
// worker which died had left. What becomes of a tick is decided in the database (orchestration/settle-schedules.ts).
import { nextTick, type WorkflowDefinition } from '@baton/sdk/host'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Database } from '../log/database.ts'
import type { Faults } from '../log/fault-points.ts'
import type { Names } from '../log/names.ts'
import { settleSchedules } from '../orchestration/settle-schedules.ts'
import { type Alarm, Alarms } from './alarms.ts'
import type { DatabaseClock } from './database-clock.ts'
import type { Log } from './log.ts'
import type { Registry } from './registry.ts'

export interface SchedulesOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly registry: Registry
  readonly clock: DatabaseClock
  readonly faults: Faults
  readonly log: Log
  readonly onError: (error: unknown) => void
}

export class Schedules {
  readonly #options: SchedulesOptions
  /** The newest version of each workflow that is here. */
  readonly #definitions: ReadonlyMap<string, WorkflowDefinition>
  /** Those of them that have triggers. */
  readonly #triggered: readonly string[]
  readonly #alarms: Alarms
  /** By workflow. */
  readonly #next = new Map<string, Alarm>()
  #since = 0
  #closed = false

  constructor(options: SchedulesOptions) {
    this.#options = options
    this.#alarms = new Alarms(options.clock)
    const newest = [...options.registry.names()].map((name) => options.registry.get(name)?.definition)
    this.#definitions = new Map(newest.flatMap((definition) => (definition ? [[definition.name, definition]] : [])))
    this.#triggered = [...this.#definitions.values()].filter(({ triggers }) => triggers.length > 0).map(({ name }) => name)
  }

  /** Writes the triggers down, those that are no more too, and begins to look after them. */
  async start(): Promise<void> {
    const { database: { pool }, names, clock } = this.#options
    this.#since = clock.now()
    const { rows } = await pool.query<{ workflow: string }>(
      `select distinct workflow from ${names.schema}.schedules where workflow = any($1)`, [[...this.#definitions.keys()]],
    )
    for (const workflow of new Set([...this.#triggered, ...rows.map((row) => row.workflow)])) await this.#settle(workflow)
    for (const workflow of this.#triggered) this.#arm(workflow)
  }

  /** Settles what is overdue, or is not written down as the code here has it. */
  async look(workflows = this.#triggered): Promise<void> {
    if (workflows.length === 0) return
    const { database: { pool }, names } = this.#options
    const { rows } = await pool.query<{ workflow: string; name: string; version: string }>({
      name: 'settled-schedules',
      text: `select workflow, name, version from ${names.schema}.schedules
        where workflow = any($1) and (next_at is null or next_at > clock_timestamp())`,
      values: [workflows],
    })
    const settled = new Set(rows.map(({ workflow, name, version }) => `${workflow}/${name}@${version}`))
    for (const workflow of workflows) {
      const { triggers = [], version } = this.#definitions.get(workflow) ?? {}
      if (triggers.some(({ name }) => !settled.has(`${workflow}/${name}@${version}`))) await this.#settle(workflow)
    }
  }

  close(): void {
    this.#closed = true
    for (const alarm of this.#next.values()) alarm.cancel()
  }

  async #settle(workflow: string): Promise<void> {
    const definition = this.#definitions.get(workflow)
    if (!definition || this.#closed) return
    const ticks = await settleSchedules({ ...this.#options, definition, since: this.#since })
    for (const { trigger, at, error } of ticks) {
      if (!error) continue
      const message = `The tick of '${workflow}/${trigger}' at ${new Date(at).toISOString()} started nothing: ${error.message}`
      this.#options.log({ level: 'error', message, error })
    }
  }

  /** Rings at the next tick. */
  #arm(workflow: string): void {
    const { clock } = this.#options
    const nexts = this.#definitions.get(workflow)?.triggers.map((trigger) => nextTick(trigger, clock.now()) ?? Number.POSITIVE_INFINITY) ?? []
    const dueAt = Math.min(...nexts)
    if (this.#closed || dueAt === Number.POSITIVE_INFINITY) return
    this.#next.set(workflow, this.#alarms.set(dueAt, () => {
      this.look([workflow]).catch(this.#options.onError) // the next look makes up for it
      this.#arm(workflow)
    }))
  }
}
