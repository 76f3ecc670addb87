import type { SourcePosition } from '@baton/sdk/manifest'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/** A workflow that was found, as far as its identity goes. */
export interface NamedWorkflow {
  readonly name: string
  readonly version: string
  readonly source: SourcePosition
  /** A finding at its name, with a message of this rule's. */
  readonly report: (message: string, help: string) => Diagnostic
}

/** Two classes with the same name and version: the runtime could not tell which one an execution belongs to. */
export function duplicateWorkflows(workflows: readonly NamedWorkflow[]): readonly Diagnostic[] {
  const first = new Map<string, NamedWorkflow>()
  const found: Diagnostic[] = []
  for (const workflow of workflows) {
    const key = JSON.stringify([workflow.name, workflow.version])
    const other = first.get(key)
    if (!other) {
      first.set(key, workflow)
      continue
    }
    const { file, line, column } = other.source
    const message = `Workflow '${workflow.name}' version '${workflow.version}' is also defined at ${file}:${line}:${column}.`
    found.push(workflow.report(message, 'Give one of them another name or version.'))
  }
  return found
}
