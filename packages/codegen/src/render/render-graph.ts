import type { ManifestWorkflow } from '@baton/sdk/manifest'
import { dot } from './dot.ts'
import { mermaid } from './mermaid.ts'

/** The languages pictures are written in. */
export type GraphFormat = 'mermaid' | 'dot'

/**
 * The graph of a workflow as text that Mermaid or Graphviz draws; ends with a newline.
 *
 * @example writeFileSync('order.mmd', renderGraph(workflow, 'mermaid'))
 */
export function renderGraph(workflow: ManifestWorkflow, format: GraphFormat): string {
  return format === 'mermaid' ? mermaid(workflow) : dot(workflow)
}
