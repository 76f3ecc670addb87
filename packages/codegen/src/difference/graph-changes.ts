import type { ManifestGraph } from '@baton/sdk/manifest'

/** What changed in a graph, by node and edge; positions do not count. */
export function graphChanges(before: ManifestGraph, after: ManifestGraph): readonly string[] {
  const old = flatten(before)
  const now = flatten(after)
  const changed = [...now.nodes].filter(([id, content]) => old.nodes.has(id) && old.nodes.get(id) !== content)
  return [
    ...compareKeys('node', old.nodes, now.nodes),
    ...changed.map(([id]) => `graph: node '${id}' changed`),
    ...compareKeys('edge', old.edges, now.edges),
  ]
}

interface Flat {
  readonly nodes: Map<string, string>
  readonly edges: Map<string, string>
}

function flatten(graph: ManifestGraph, into: Flat = { nodes: new Map(), edges: new Map() }): Flat {
  for (const { id, kind, step, label, graphs } of graph.nodes) {
    into.nodes.set(id, JSON.stringify([kind, step, label, graphs?.map((part) => part.label)]))
    for (const part of graphs ?? []) flatten(part.graph, into)
  }
  for (const { from, to, label } of graph.edges) {
    into.edges.set(label === undefined ? `${from} → ${to}` : `${from} → ${to} (${label})`, '')
  }
  return into
}

function compareKeys(what: string, before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): readonly string[] {
  return [
    ...[...before.keys()].filter((key) => !after.has(key)).map((key) => `graph: ${what} '${key}' removed`),
    ...[...after.keys()].filter((key) => !before.has(key)).map((key) => `graph: ${what} '${key}' added`),
  ]
}
