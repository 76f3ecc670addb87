// Owns: what executions of this worker ask of others, after the turn that asked has been committed: children to be started,
// messages to be sent, steps elsewhere to be stopped. Each can be done twice without harm; a new owner does it again where the
// log does not say that it was done.
import type { ChildCommand, MessageCommand } from '../core/command.ts'
import type { Input } from '../core/input.ts'
import type { StartInfo } from '../core/start-info.ts'
import { createExecutions } from '../dispatch/create-executions.ts'
import type { NewExecution } from '../dispatch/new-execution.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { callMessage, stopMessage } from '../dispatch/message.ts'
import { type NewMessage, send } from '../dispatch/post.ts'
import { sealMessages } from '../dispatch/seal-messages.ts'
import type { Database } from '../log/database.ts'
import { isConnectionLoss } from '../log/connection-loss.ts'
import type { Faults } from '../log/fault-points.ts'
import { Fenced, unfenced } from '../log/fenced.ts'
import { GroupCommit } from '../log/group-commit.ts'
import type { Names } from '../log/names.ts'
import { newestRegistered } from '../log/newest-registered.ts'
import { withReconnect } from '../log/reconnect.ts'
import { type Execute, transaction } from '../log/transaction.ts'
import { childAnswer, messageAnswer } from './errand-answers.ts'
import { withCodecs } from './with-codecs.ts'

export interface ErrandsOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly worker: () => number
  readonly faults: Faults
}

/** What came of an errand, for the execution that asked. */
export interface Done {
  readonly execution: string
  readonly input: Input
}

interface StepAbort {
  readonly execution: string
  readonly command: string | undefined
  readonly waits: boolean
  readonly until?: number
}

interface Start {
  readonly parent: string
  readonly command: ChildCommand
}

interface Posting {
  readonly sender: string
  readonly command: MessageCommand
}

interface Target {
  readonly name: string
  readonly version: string
  readonly queue: string
}

/** What came of one of those that went together. */
type Tried<R> = { readonly result: R } | { readonly error: unknown }

const MAX = 500
/** How long an errand is tried while the database is away; the worker is taken over long before. */
const PATIENCE_MS = 60_000

export class Errands {
  readonly #options: ErrandsOptions
  readonly #starts: GroupCommit<Start, Tried<Done>>
  readonly #postings: GroupCommit<Posting, Tried<Done>>
  readonly #aborts: GroupCommit<StepAbort, boolean>

  constructor(options: ErrandsOptions) {
    this.#options = options
    this.#starts = new GroupCommit({ max: MAX, flush: (starts) => apart(starts, (each) => this.#startAll(each)) })
    this.#postings = new GroupCommit({ max: MAX, flush: (postings) => apart(postings, (each) => this.#postAll(each)) })
    this.#aborts = new GroupCommit({ max: MAX, flush: (aborts) => this.#again((execute) => this.#abort(execute, aborts)) })
  }

  /** Starts a child; once, however often it is asked for. */
  async startChild(parent: string, command: ChildCommand): Promise<Done> {
    return resultOf(await this.#starts.submit({ parent, command }))
  }

  /** Sends a message to another execution; once. */
  async sendMessage(sender: string, command: MessageCommand): Promise<Done> {
    return resultOf(await this.#postings.submit({ sender, command }))
  }

  /** Tells a child that its parent has ended. */
  async closeChild(parent: string, child: string, policy: 'stop' | 'kill'): Promise<void> {
    const { database, dispatcher, names } = this.#options
    const messages = await withCodecs(() => sealMessages(database.border, [stopMessage(child, policy, `its parent '${parent}' has ended`)]))
    await this.#again((execute) => send(execute, dispatcher, names, messages))
  }

  /** Asks a child to stop. */
  async stopChild(parent: string, child: string): Promise<void> {
    const command: MessageCommand = { kind: 'message', id: 'stop', execution: child, message: { kind: 'stop', reason: `its parent '${parent}' cancelled it` } }
    resultOf(await this.#postings.submit({ sender: parent, command }))
  }

  /**
   * Tells steps that are away to stop: of one command, or all of an execution. With `waits` their outcome is still wanted. Whether
   * there was any.
   */
  abortSteps(execution: string, command: string | undefined, waits: boolean): Promise<boolean> {
    return this.#aborts.submit({ execution, command, waits })
  }

  /** The same for all that were sent up to a time, ms of the database's clock: who restarts the execution sends others. */
  abortAll(execution: string, until: number): Promise<boolean> {
    return this.#aborts.submit({ execution, command: undefined, waits: false, until })
  }

  /** Takes a step off its queue; false if a worker has it, or there is none. */
  takeBack(task: string): Promise<boolean> {
    return this.#again(async (execute) => {
      const { rows } = await execute(`delete from ${this.#options.names.schema}.tasks where id = $1 and worker is null returning id`, [task])
      return rows.length > 0
    })
  }

  async idle(): Promise<void> {
    await Promise.all([this.#starts.idle(), this.#postings.idle(), this.#aborts.idle()])
  }

  /** One transaction that a fenced worker does not get; repeated while the database is away, for it does no harm twice. */
  async #again<T>(act: (execute: Execute) => Promise<T>): Promise<T> {
    const { database, names, worker, faults } = this.#options
    await faults('errand:before')
    const done = await withReconnect(
      () => transaction(database.pool, async (execute) => {
        const { rows } = await execute(unfenced(names), [worker()])
        if (rows.length === 0) throw new Fenced(worker())
        return act(execute)
      }),
      PATIENCE_MS,
    )
    await faults('errand:after')
    return done
  }

  async #startAll(starts: readonly Start[]): Promise<readonly Done[]> {
    const inputs = await withCodecs(() => this.#options.database.border.seal(starts.map(({ command }) => command.input)))
    const sealed = starts.map(({ parent, command }, i): Start => ({ parent, command: { ...command, input: inputs[i] ?? null } }))
    return this.#again((execute) => this.#start(execute, sealed))
  }

  async #start(execute: Execute, starts: readonly Start[]): Promise<readonly Done[]> {
    const { dispatcher, names } = this.#options
    const targets = await this.#targets(execute, starts)
    const wanted = new Map<string, NewExecution>()
    for (const { parent, command } of starts) {
      const target = targets.get(command)
      if (!target || wanted.has(command.execution)) continue
      const start: StartInfo = { parent: { execution: parent, command: command.id, policy: command.policy } }
      wanted.set(command.execution, {
        id: command.execution, workflow: target.name, version: target.version, queue: target.queue,
        priority: command.priority ?? 0, input: command.input, start, awaited: false,
      })
    }
    await dispatcher.prepare([...wanted.values()])
    const made = await createExecutions(execute, dispatcher, names, [...wanted.values()])
    const parents = await this.#parents(execute, [...wanted.keys()].filter((id) => !made.has(id)))
    return starts.map(({ parent, command }): Done => {
      const child = command.execution
      const owner = made.has(child) ? wanted.get(child)?.start.parent : parents.get(child)
      return { execution: parent, input: childAnswer(parent, command, targets.has(command), owner) }
    })
  }

  /** Version and queue of workflows: as the parent's class says, else of the newest version that is registered. */
  async #targets(execute: Execute, starts: readonly Start[]): Promise<ReadonlyMap<ChildCommand, Target>> {
    const byName = starts.filter(({ command }) => command.version === undefined || command.queue === undefined)
    const newest = byName.length === 0 ? undefined : await newestRegistered(execute, this.#options.names, [...new Set(byName.map(({ command }) => command.workflow))])
    const targets = new Map<ChildCommand, Target>()
    for (const { command } of starts) {
      const { workflow: name, version, queue } = command
      const target = newest?.get(name)
      if (version !== undefined && queue !== undefined) targets.set(command, { name, version, queue })
      else if (target) targets.set(command, { name, version: version ?? target.version, queue: queue ?? target.queue })
    }
    return targets
  }

  async #parents(execute: Execute, ids: readonly string[]): Promise<ReadonlyMap<string, StartInfo['parent']>> {
    if (ids.length === 0) return new Map()
    const { rows } = await execute(
      `select execution_id as id, meta->'parent'->>'execution' as execution, meta->'parent'->>'command' as command
       from ${this.#options.names.schema}.events where execution_id = any($1) and seq = 1`,
      [ids],
    )
    return new Map((rows as { id: string; execution: string | null; command: string | null }[]).map(
      ({ id, execution, command }) => [id, execution === null || command === null ? undefined : { execution, command }],
    ))
  }

  async #postAll(postings: readonly Posting[]): Promise<readonly Done[]> {
    const messages = await withCodecs(() => sealMessages(this.#options.database.border, postings.map(messageOf)))
    return this.#again((execute) => this.#post(execute, postings, messages))
  }

  async #post(execute: Execute, postings: readonly Posting[], messages: readonly NewMessage[]): Promise<readonly Done[]> {
    const { dispatcher, names } = this.#options
    const addressees = await send(execute, dispatcher, names, messages)
    return postings.map(({ sender, command }): Done => (
      { execution: sender, input: messageAnswer(command, addressees.get(command.execution)?.status) }
    ))
  }

  async #abort(
    execute: Execute, aborts: readonly StepAbort[],
  ): Promise<readonly boolean[]> {
    const { schema } = this.#options.names
    const { rows } = await execute(
      `with wanted as (
        select * from unnest($1::text[], $2::text[], $3::bool[], $4::float8[]) w (execution, command, waits, until)
      ), found as (
        select t.id, t.worker, w.execution, w.command, w.waits from ${schema}.tasks t
        join wanted w on t.execution_id = w.execution and (w.command is null or t.command = w.command)
          and (w.until is null or t.at <= to_timestamp(w.until / 1000)) order by t.id for update of t
      ), gone as (
        delete from ${schema}.tasks t using found f where t.id = f.id and (not f.waits or f.worker is null)
      ), told as (
        select pg_notify('${schema}_inbox_' || worker, 'abort ' || id) from found where worker is not null
      ) select execution, command, bool_or(worker is not null) as running, (select count(*) from told) as told from found group by execution, command`,
      [aborts.map(({ execution }) => execution), aborts.map(({ command }) => command ?? null), aborts.map(({ waits }) => waits),
        aborts.map(({ until }) => until ?? null)],
    )
    const running = new Set((rows as { execution: string; command: string | null; running: boolean }[])
      .filter((row) => row.running).map(({ execution, command }) => JSON.stringify([execution, command])))
    return aborts.map(({ execution, command }) => running.has(JSON.stringify([execution, command ?? null])))
  }
}

function messageOf({ sender, command: { id, execution, message } }: Posting): NewMessage {
  if (message.kind === 'stop') return stopMessage(execution, 'stop', message.reason)
  return callMessage(execution, 'signal', message.name, { id: `${sender}/${id}`, args: message.args })
}

/** Together; and should the database refuse that, each for itself, for what one asks is not to be in the way of the others. */
async function apart<T, R>(items: readonly T[], act: (items: readonly T[]) => Promise<readonly R[]>): Promise<readonly Tried<R>[]> {
  try {
    return (await act(items)).map((result) => ({ result }))
  } catch (error) {
    if (items.length === 1 || error instanceof Fenced || isConnectionLoss(error)) return items.map(() => ({ error }))
    const tried: Tried<R>[] = []
    for (const item of items) tried.push(...(await apart([item], act)))
    return tried
  }
}

function resultOf<R>(tried: Tried<R>): R {
  if ('error' in tried) throw tried.error
  return tried.result
}
