import type { HandlerDefinition, WorkflowDefinition } from '@baton/sdk/host'
import { z } from 'zod'

/** The handlers of a workflow as clients find them, by kind and name: the JSON Schema of the payload, null without one. */
export function handlersJson({ signals, queries, updates }: WorkflowDefinition): string {
  return JSON.stringify({ signal: schemas(signals), query: schemas(queries), update: schemas(updates) })
}

function schemas(handlers: ReadonlyMap<string, HandlerDefinition>): object {
  return Object.fromEntries([...handlers].map(([name, { payload }]) =>
    [name, payload ? z.toJSONSchema(payload, { io: 'input', unrepresentable: 'any' }) : null]))
}
