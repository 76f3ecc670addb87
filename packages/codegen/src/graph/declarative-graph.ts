import type { ManifestGraph } from '@baton/sdk/manifest'
import type { Sources } from '../project/sources.ts'
import type { WorkflowSource } from '../read/workflow-source.ts'
import { GraphDraft } from './graph-draft.ts'
import { NodeIds } from './node-ids.ts'
import { shorten } from './one-line.ts'

/** What the graph needs of a step. */
export interface StepPlace {
  readonly name: string
  readonly after: readonly string[]
  readonly when: string | null
}

/** The graph of a workflow without `run`: from the start through `after` to the end, `when` on the way in. */
export function declarativeGraph(sources: Sources, workflow: WorkflowSource, steps: readonly StepPlace[]): ManifestGraph {
  const graph = new GraphDraft()
  const awaited = new Set(steps.flatMap((step) => step.after))
  const ids = new NodeIds()
  const idOf = new Map(steps.map((step) => [step.name, ids.take(step.name)]))
  for (const { name, after, when } of steps) {
    const method = workflow.steps.get(name)?.method
    const label = when === null ? undefined : shorten(when)
    const before = after.length > 0 ? after.map((other) => idOf.get(other) ?? other) : [graph.start]
    const ends = [...new Set(before)].map((from) => ({ from, label }))
    graph.add(idOf.get(name) ?? name, { kind: 'step', step: name, source: method && sources.positionOf(method.name) }, ends)
  }
  return graph.finish(steps.filter((step) => !awaited.has(step.name)).map((step) => ({ from: idOf.get(step.name) ?? step.name })))
}
