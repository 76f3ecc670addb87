import { DefinitionError } from '../errors/definition-error.ts'
import type { WorkflowClass } from '../types/workflow-types.ts'
import type { Members } from './metadata.ts'
import { nearestName } from './nearest-name.ts'
import type { HandlerDefinition, UpdateDefinition } from './workflow-definition.ts'

/** The signals, queries and updates of a class. */
export interface Handlers {
  readonly signals: ReadonlyMap<string, HandlerDefinition>
  readonly queries: ReadonlyMap<string, HandlerDefinition>
  readonly updates: ReadonlyMap<string, UpdateDefinition>
}

/** @throws DefinitionError `InvalidOption`, `UnknownMethod`. */
export function defineHandlers(workflow: string, type: WorkflowClass, { handlers, steps, runs }: Members): Handlers {
  const signals = new Map<string, HandlerDefinition>()
  const queries = new Map<string, HandlerDefinition>()
  const updates = new Map<string, UpdateDefinition>()
  for (const [name, { kind, payload, validate }] of handlers) {
    if (steps.has(name) || runs.has(name)) {
      throw new DefinitionError('InvalidOption', `${workflow}.${name} is a ${kind} and a step or run; a method is one of them. Drop a decorator.`)
    }
    if (kind === 'signal') signals.set(name, Object.freeze({ name, payload }))
    if (kind === 'query') queries.set(name, Object.freeze({ name, payload }))
    if (kind === 'update') {
      checkValidator(workflow, type, name, validate)
      updates.set(name, Object.freeze({ name, payload, validate }))
    }
  }
  return { signals, queries, updates }
}

function checkValidator(workflow: string, type: WorkflowClass, update: string, validate: string | undefined): void {
  if (validate === undefined) return
  const { prototype } = type as { prototype: Readonly<Record<string, unknown>> }
  if (typeof prototype[validate] === 'function') return
  const hint = nearestName(validate, methodsOf(prototype))
  throw new DefinitionError(
    'UnknownMethod',
    `${workflow}.${update} is validated by '${validate}', which is no method of the class${hint ? `; did you mean '${hint}'?` : '.'}`,
  )
}

function methodsOf(prototype: object): readonly string[] {
  const names: string[] = []
  for (let each: object | null = prototype; each && each !== Object.prototype; each = Object.getPrototypeOf(each)) names.push(...Object.getOwnPropertyNames(each))
  return names.filter((name) => name !== 'constructor')
}
