import type { WorkflowEntry } from '@baton/runtime'
import { DefinitionError, type WorkflowClass } from '@baton/sdk'
import { defineWorkflow, type WorkflowDefinition } from '@baton/sdk/host'
import { CliError } from '../errors/cli-error.ts'
import type { Exports } from './load-modules.ts'

/** A workflow that modules export. */
export interface FoundWorkflow {
  readonly entry: WorkflowClass | WorkflowEntry
  readonly definition: WorkflowDefinition
}

/**
 * The workflows among exports: classes with `@Workflow`, objects `{ workflow, create }`, and lists of either under the name
 * `workflows`. A class that is exported both alone and in an entry is made by the entry.
 *
 * @throws CliError `NoWorkflows`.
 */
export function collectWorkflows(modules: readonly Exports[], paths: readonly string[]): readonly FoundWorkflow[] {
  const found = new Map<WorkflowClass, FoundWorkflow>()
  for (const value of modules.flatMap(candidates)) {
    const entry = asEntry(value)
    const type = entry ? entry.workflow : value
    const definition = definitionOf(type)
    if (definition && (entry || !found.has(definition.type))) found.set(definition.type, { entry: entry ?? definition.type, definition })
  }
  if (found.size === 0) {
    throw new CliError('NoWorkflows', `${paths.join(', ')} export${paths.length === 1 ? 's' : ''} no workflow.`, {
      hint: 'Export classes with @Workflow, or `workflows`: a list of { workflow, create }.',
    })
  }
  return [...found.values()]
}

function candidates(exports: Exports): readonly unknown[] {
  return Object.entries(exports).flatMap(([name, value]) => {
    if (name === 'workflows' && Array.isArray(value)) return value as readonly unknown[]
    // What CommonJS exports stands under `default` as a whole when its names could not be told.
    if (name === 'default' && isPlainObject(value) && !asEntry(value)) return candidates(value)
    return [value]
  })
}

function asEntry(value: unknown): WorkflowEntry | undefined {
  if (!isPlainObject(value)) return undefined
  const { workflow, create } = value
  return typeof workflow === 'function' && typeof create === 'function' ? (value as unknown as WorkflowEntry) : undefined
}

function isPlainObject(value: unknown): value is Exports {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function definitionOf(value: unknown): WorkflowDefinition | undefined {
  if (typeof value !== 'function') return undefined
  try {
    return defineWorkflow(value as unknown as WorkflowClass)
  } catch (error) {
    if (error instanceof DefinitionError && error.code === 'NotAWorkflow') return undefined
    throw error
  }
}
