import type { ManifestHandlerGraph, ManifestQuery, ManifestSignal, ManifestUpdate } from '@baton/sdk/manifest'
import type { RuleContext } from '../check/rule.ts'
import { imperativeGraph } from '../graph/run-walker.ts'
import { isFunctionNode } from '../read/follow-call.ts'
import type { DescribedTypes } from './described-types.ts'

/** The messages of a workflow, as the manifest has them. */
export interface DescribedHandlers {
  readonly signals: ManifestSignal[]
  readonly queries: ManifestQuery[]
  readonly updates: ManifestUpdate[]
}

/** Describes the signals, queries and updates, each kind in the order of the class. */
export function describeHandlers({ sources, workflow, handlers }: RuleContext, types: DescribedTypes): DescribedHandlers {
  const described: DescribedHandlers = { signals: [], queries: [], updates: [] }
  for (const handler of workflow.handlers.values()) {
    const { name, kind } = handler
    const { parameters, output } = types.handler(handler)
    const base = { name, source: sources.positionOf(handler.method.name), parameters }
    if (kind === 'signal') described.signals.push(base)
    if (kind === 'query') described.queries.push({ ...base, output })
    if (kind === 'update') described.updates.push({ ...base, output, validate: handlers.get(name)?.validate ?? null })
  }
  return described
}

/** The graphs of the signals and updates that call steps or wait; the ids of each begin with its kind and name. */
export function handlerGraphs({ sources, workflow, calls, reach }: RuleContext): ManifestHandlerGraph[] {
  const graphs: ManifestHandlerGraph[] = []
  for (const { name, kind, method } of workflow.handlers.values()) {
    if (kind === 'query' || !isFunctionNode(method) || !reach.functionLeadsToStep(method)) continue
    graphs.push({ name, kind, graph: imperativeGraph(sources, calls, reach, method, `${kind} ${name}/`) })
  }
  return graphs
}
