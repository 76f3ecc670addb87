import { createHash } from 'node:crypto'
import { BatonError, type WorkflowClass } from '@baton/sdk'
import { defineWorkflow, type WorkflowDefinition } from '@baton/sdk/host'
import type { Manifest } from '@baton/sdk/manifest'
import { programOf } from '../core/program.ts'
import type { Program } from '../core/execution.ts'
import { checkManifest } from './check-manifest.ts'

/** A workflow class with the way to make its instances, where it needs arguments. */
export interface WorkflowEntry {
  readonly workflow: WorkflowClass
  /**
   * Makes an instance: once for the steps of the worker, once for each execution that runs here. Share what is costly
   * outside of it.
   */
  readonly create: () => object
}

/** What a worker knows of one workflow it serves. */
export interface Registered {
  readonly definition: WorkflowDefinition
  readonly program: Program
  /** The object whose methods are the steps. */
  readonly steps: Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>
  /** Of the manifest, else of the class's text: says whether other code than last time is here. */
  readonly semanticHash: string
  /** Whether the clock, the chance and the I/O of `run` are the guard's. */
  readonly guarded: boolean
  /** The most bytes one of its payloads may take; undefined for the default. */
  readonly maxPayloadBytes: number | undefined
}

/** A worker was given workflows it cannot serve. */
export class RegistrationFailed extends BatonError {
  static override readonly kind = 'RegistrationFailed'
}

/**
 * @throws DefinitionError; ManifestMismatch; RegistrationFailed `DuplicateWorkflow`, `FactoryFailed`, `SharedInstance`.
 */
export function register(
  entries: readonly (WorkflowClass | WorkflowEntry)[],
  manifest: Manifest | undefined,
  guarded = true,
  maxPayloadBytes?: number,
): ReadonlyMap<string, Registered> {
  const registry = new Map<string, Registered>()
  for (const given of entries) {
    const entry = typeof given === 'function' ? { workflow: given, create: () => construct(given) } : given
    const definition = defineWorkflow(entry.workflow)
    if (registry.has(definition.name)) {
      throw new RegistrationFailed('DuplicateWorkflow', `Two classes call themselves workflow '${definition.name}'; rename one.`)
    }
    const semanticHash = manifest ? checkManifest(definition, manifest) : textHash(entry.workflow)
    registry.set(definition.name, {
      definition,
      program: programOf(definition, entry.create),
      steps: makeSteps(definition, entry.create),
      semanticHash,
      guarded,
      maxPayloadBytes,
    })
  }
  return registry
}

function construct(type: WorkflowClass): object {
  return Reflect.construct(type as unknown as new () => object, [])
}

function makeSteps(definition: WorkflowDefinition, create: () => object): Registered['steps'] {
  let steps: object
  let other: object
  try {
    steps = create()
    other = create()
  } catch (error) {
    throw new RegistrationFailed(
      'FactoryFailed',
      `An instance of workflow '${definition.name}' could not be made: ${error instanceof Error ? error.message : String(error)}. If its constructor takes arguments, give the worker { workflow, create }.`,
      { cause: error },
    )
  }
  if (steps === other) {
    throw new RegistrationFailed(
      'SharedInstance',
      `The factory of workflow '${definition.name}' gives the same object twice. Each execution needs one of its own: its fields are the execution's state.`,
    )
  }
  return steps as Registered['steps']
}

function textHash(type: WorkflowClass): string {
  return createHash('sha256').update(Function.prototype.toString.call(type)).digest('hex')
}
