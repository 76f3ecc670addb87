// The only file that names Reflect. Decorators write here, `defineWorkflow` reads.
//
// TC39 decorators of members run before there is a class to hang metadata on: they collect under `context.metadata`, and the
// class decorator moves what was collected to the class. Legacy decorators get the prototype and write at once.
import 'reflect-metadata'
import type { StepOptions, WorkflowOptions } from '../types/options.ts'
import type { HandlerMetadata } from './workflow-definition.ts'

// Evaluated before any user class is, so that lowered TC39 decorators find a metadata symbol.
;(Symbol as { metadata?: symbol }).metadata ??= Symbol.for('Symbol.metadata')

const MEMBERS = Symbol.for('baton.members')
const WORKFLOW = Symbol.for('baton.workflow')

export interface Members {
  readonly steps: Map<string, StepOptions>
  readonly runs: Set<string>
  readonly handlers: Map<string, HandlerMetadata>
}

const collected = new WeakMap<object, Members>()
const empty = (): Members => ({ steps: new Map(), runs: new Set(), handlers: new Map() })

/** The members a TC39 class body has declared so far. */
export function pendingMembers(metadata: object): Members {
  const found = collected.get(metadata) ?? empty()
  collected.set(metadata, found)
  return found
}

/** The members declared on the class itself, without what it inherits. */
export function ownMembers(target: object): Members {
  const found = Reflect.getOwnMetadata(MEMBERS, target) as Members | undefined
  if (found) return found
  const made = empty()
  Reflect.defineMetadata(MEMBERS, made, target)
  return made
}

/** Moves the members of a TC39 class body to the class. */
export function attachMembers(target: object, metadata: object): void {
  const pending = collected.get(metadata)
  if (pending) Reflect.defineMetadata(MEMBERS, pending, target)
}

/** Members of the class and its ancestors; the nearest declaration of a name wins. */
export function allMembers(target: object): Members {
  const merged = empty()
  const chain: object[] = []
  for (let type: object | null = target; type !== null; type = Object.getPrototypeOf(type)) chain.unshift(type)
  for (const type of chain) {
    const own = declaredMembers(type)
    for (const [name, options] of own?.steps ?? []) merged.steps.set(name, options)
    for (const name of own?.runs ?? []) merged.runs.add(name)
    for (const [name, handler] of own?.handlers ?? []) merged.handlers.set(name, handler)
  }
  return merged
}

/** A TC39 base class without @Workflow has had nobody to attach its members; its own metadata object still leads to them. */
function declaredMembers(type: object): Members | undefined {
  const attached = Reflect.getOwnMetadata(MEMBERS, type) as Members | undefined
  if (attached) return attached
  const { metadata } = Symbol as { metadata?: symbol }
  if (metadata === undefined || !Object.hasOwn(type, metadata)) return undefined
  const own: unknown = Reflect.get(type, metadata)
  return typeof own === 'object' && own !== null ? collected.get(own) : undefined
}

export function writeWorkflow(target: object, options: WorkflowOptions<never, never, never>): void {
  Reflect.defineMetadata(WORKFLOW, options, target)
}

export function readWorkflow(target: object): WorkflowOptions | undefined {
  return Reflect.getOwnMetadata(WORKFLOW, target) as WorkflowOptions | undefined
}
