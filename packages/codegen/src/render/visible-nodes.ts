import type { ManifestGraph, ManifestNode } from '@baton/sdk/manifest'

/**
 * The nodes worth drawing: not an end that nothing leads to, as where every way returns or throws; and inside of a node,
 * where the frame says what begins and ends, no start, and no end but one that several ways lead to.
 */
export function visibleNodes(graph: ManifestGraph): readonly ManifestNode[] {
  const start = graph.nodes.find((node) => node.kind === 'start')?.id
  const inside = start !== 'start'
  return graph.nodes.filter((node) => {
    if (node.kind === 'start') return !inside || graph.nodes.length === 2
    if (node.kind !== 'end') return true
    const into = graph.edges.filter((edge) => edge.to === node.id)
    return inside ? into.length > 1 || into.some((edge) => edge.label !== undefined) : into.length > 0
  })
}
