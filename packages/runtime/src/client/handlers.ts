// What a client knows of the signals, queries and updates of a workflow: from its class, or from what the last worker registered.
import type { WorkflowClass } from '@baton/sdk'
import { defineWorkflow, type HandlerDefinition } from '@baton/sdk/host'
import { z } from 'zod'
import { InvalidPayload, UnknownHandler } from '../core/behaviour.ts'
import type { Database } from '../log/database.ts'
import { withReconnect } from '../log/reconnect.ts'
import { encode, type Encoded } from '../payload/codec.ts'
import { ExecutionNotFound } from './client-errors.ts'
import { hasControl } from './message-rules.ts'

export type HandlerKind = 'signal' | 'query' | 'update'
type Known = Readonly<Record<HandlerKind, ReadonlyMap<string, HandlerDefinition>>>

const Registered = z.record(z.enum(['signal', 'query', 'update']), z.record(z.string(), z.record(z.string(), z.json()).nullable()))

/** Checks calls of one execution's handlers before anything is written. */
export class Handlers {
  readonly #database: Database
  readonly #execution: string
  readonly #workflow: WorkflowClass | undefined
  #known: Promise<Known | undefined> | undefined

  constructor(database: Database, execution: string, workflow: WorkflowClass | undefined) {
    this.#database = database
    this.#execution = execution
    this.#workflow = workflow
  }

  /**
   * The arguments of a call as text.
   *
   * @throws UnknownHandler, InvalidPayload, PayloadNotSerializable, PayloadTooLarge, ExecutionNotFound.
   */
  async check(kind: HandlerKind, name: string, args: readonly unknown[]): Promise<Encoded> {
    this.#known ??= this.#find()
    const handlers = (await this.#known)?.[kind]
    if (typeof name !== 'string' || hasControl(name)) throw new UnknownHandler(kind, String(name), [...(handlers?.keys() ?? [])])
    if (handlers) {
      const handler = handlers.get(name)
      if (!handler) throw new UnknownHandler(kind, name, [...handlers.keys()])
      const parsed = handler.payload?.safeParse(args[0])
      if (parsed && !parsed.success) {
        throw new InvalidPayload(kind, name, parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'it'}: ${message}`).join('; '))
      }
    }
    return args.length === 0 ? null : encode(`What is sent with ${kind} '${name}'`, args, this.#database.border.maxBytes)
  }

  async #find(): Promise<Known | undefined> {
    if (this.#workflow) {
      const { signals, queries, updates } = defineWorkflow(this.#workflow)
      return { signal: signals, query: queries, update: updates }
    }
    const row = await withReconnect(() => this.#database.db
      .selectFrom('executions as x')
      .leftJoin('workflows as w', (on) => on.onRef('w.name', '=', 'x.workflow').onRef('w.version', '=', 'x.version'))
      .select(['x.id', 'w.handlers'])
      .where('x.id', '=', this.#execution)
      .executeTakeFirst())
    if (!row) throw new ExecutionNotFound(this.#execution)
    if (row.handlers === null) return undefined // no worker has said; the one that gets the call will
    const { signal = {}, query = {}, update = {} } = Registered.parse(JSON.parse(row.handlers))
    return { signal: named(signal), query: named(query), update: named(update) }
  }
}

function named(schemas: Readonly<Record<string, z.core.JSONSchema.JSONSchema | null>>): ReadonlyMap<string, HandlerDefinition> {
  return new Map(Object.entries(schemas).map(([name, schema]) => [name, { name, payload: schema ? z.fromJSONSchema(schema) : undefined }]))
}
