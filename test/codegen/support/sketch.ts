import type { ManifestGraph } from '@baton/sdk/manifest'

/** A graph as lines `from -> to (label)`, graphs inside of nodes indented under their label. */
export function sketch(graph: ManifestGraph, indent = ''): string {
  const short = (id: string): string => (id.endsWith('/start') ? 'START' : id.endsWith('/end') ? 'END' : id)
  const lines = graph.edges.map(({ from, to, label }) => `${indent}${short(from)} -> ${short(to)}${label === undefined ? '' : ` (${label})`}`)
  for (const node of graph.nodes) {
    for (const part of node.graphs ?? []) {
      lines.push(`${indent}[${node.id}] ${part.label}:`, sketch(part.graph, `${indent}  `))
    }
  }
  return lines.join('\n')
}
