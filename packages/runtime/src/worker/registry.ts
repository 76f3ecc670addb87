import { createHash } from 'node:crypto'
import { BatonError, type WorkflowClass } from '@baton/sdk'
import { defineWorkflow, type WorkflowDefinition } from '@baton/sdk/host'
import type { Manifest } from '@baton/sdk/manifest'
import { programOf } from '../core/program.ts'
import type { Program } from '../core/execution.ts'
import { type Code, codeKey, versionKey } from '../log/served-code.ts'
import { compareVersions } from '../log/version-order.ts'
import { checkManifest } from './check-manifest.ts'

/** 64 bits: enough to tell versions of a workflow apart, and few to write with each execution. */
const HASH_DIGITS = 16

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
  /** Where its steps are written, as far as the manifest says: `src/order.ts:12:3`. */
  readonly places: ReadonlyMap<string, string | undefined>
  /** Of the manifest, else of the class's text, its first digits: says whether other code than last time is here. */
  readonly semanticHash: string
  /** Whether the clock, the chance and the I/O of `run` are the guard's. */
  readonly guarded: boolean
  /** The most bytes one of its payloads may take; undefined for the default. */
  readonly maxPayloadBytes: number | undefined
}

/** The workflows of a worker, by name and version. */
export class Registry {
  readonly #versions = new Map<string, Registered>()
  readonly #newest = new Map<string, Registered>()

  /** @throws RegistrationFailed `DuplicateWorkflow`. */
  add(registered: Registered): void {
    const { name, version } = registered.definition
    const key = versionKey({ name, version })
    if (this.#versions.has(key)) {
      throw new RegistrationFailed('DuplicateWorkflow', `Two classes call themselves version '${version}' of workflow '${name}'; rename one, or give it another version.`)
    }
    this.#versions.set(key, registered)
    const newest = this.#newest.get(name)
    if (!newest || compareVersions(version, newest.definition.version) > 0) this.#newest.set(name, registered)
  }

  /** A version of a workflow; without one, the newest that is here. */
  get(name: string, version?: string): Registered | undefined {
    return version === undefined ? this.#newest.get(name) : this.#versions.get(versionKey({ name, version }))
  }

  /** All versions. */
  values(): IterableIterator<Registered> {
    return this.#versions.values()
  }

  /** The names, each once. */
  names(): IterableIterator<string> {
    return this.#newest.keys()
  }
}

/** What code this is, as the tables name it. */
export function codeOf({ definition: { name, version }, semanticHash }: Registered): Code {
  return { name, version, semanticHash }
}

/** What a worker says that it serves. */
export function servedBy(registry: Registry): readonly string[] {
  return [...registry.values()].map((registered) => codeKey(codeOf(registered)))
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
): Registry {
  const registry = new Registry()
  for (const given of entries) {
    const entry = typeof given === 'function' ? { workflow: given, create: () => construct(given) } : given
    const definition = defineWorkflow(entry.workflow)
    const semanticHash = (manifest ? checkManifest(definition, manifest) : textHash(entry.workflow)).slice(0, HASH_DIGITS)
    registry.add({
      definition,
      program: programOf(definition, entry.create),
      steps: makeSteps(definition, entry.create),
      places: placesOf(definition, manifest),
      semanticHash,
      guarded,
      maxPayloadBytes,
    })
  }
  return registry
}

function placesOf({ name, version, steps }: WorkflowDefinition, manifest: Manifest | undefined): Registered['places'] {
  const described = manifest?.workflows.find((each) => each.name === name && each.version === version)?.steps ?? []
  const sources = new Map(described.map((step) => [step.name, `${step.source.file}:${step.source.line}:${step.source.column}`]))
  return new Map([...steps.keys()].map((step) => [step, sources.get(step)]))
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
