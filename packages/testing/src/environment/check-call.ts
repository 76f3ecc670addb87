import { encode, type Encoded, parseCall, UnknownHandler } from '@baton/runtime/core'
import type { WorkflowDefinition } from '@baton/sdk/host'

/**
 * The arguments of a signal, query or update as text.
 *
 * @throws UnknownHandler, PayloadNotSerializable, PayloadTooLarge.
 */
export function checkCall(definition: WorkflowDefinition, kind: 'signal' | 'query' | 'update', name: string, args: readonly unknown[]): Encoded {
  const handlers = { signal: definition.signals, query: definition.queries, update: definition.updates }[kind]
  const handler = handlers.get(name)
  if (!handler) throw new UnknownHandler(kind, name, [...handlers.keys()], definition.name)
  const parsed = parseCall(kind, handler, args)
  if ('refused' in parsed) throw parsed.refused
  return args.length === 0 ? null : encode(`What is sent with ${kind} '${name}'`, args)
}
