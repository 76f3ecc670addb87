import type { ManifestGraph, ManifestNode, ManifestWorkflow } from '@baton/sdk/manifest'
import { framesParts, nodeText } from './node-text.ts'
import { visibleNodes } from './visible-nodes.ts'

/** A workflow's graphs for Graphviz; handlers, and what is inside of loops, groups and tries, are clusters. */
export function dot(workflow: ManifestWorkflow): string {
  const drawing = new DotDrawing()
  drawing.graph(workflow.graph, '  ')
  for (const { name, kind, graph } of workflow.handlers) drawing.framed(`${kind} ${name}`, graph, '  ')
  return [
    `digraph ${quote(workflow.name)} {`,
    '  compound=true',
    '  rankdir=TB',
    '  node [fontname="Helvetica", fontsize=11, shape=box, style="rounded,filled", fillcolor="#e8f1ff", color="#3b6fb6"]',
    '  edge [fontname="Helvetica", fontsize=9, color="#6b7480"]',
    '  graph [fontname="Helvetica", fontsize=11, style=rounded, color="#9aa3ad", labeljust=l]',
    ...drawing.lines,
    '}',
    '',
  ].join('\n')
}

interface Ends {
  readonly head: string
  readonly tail: string
  /** The cluster, if the node is one: edges are cut at its border. */
  readonly cluster?: string
}

class DotDrawing {
  readonly lines: string[] = []
  #clusters = 0

  graph(graph: ManifestGraph, indent: string): Ends {
    const nodes = visibleNodes(graph)
    const ends = new Map(nodes.map((node) => [node.id, this.#node(node, indent)]))
    for (const { from, to, label } of graph.edges) {
      const tail = ends.get(from)
      const head = ends.get(to)
      if (!tail || !head) continue
      const attributes = [
        ...(label === undefined ? [] : [`label=${quote(label)}`]),
        ...(tail.cluster === undefined ? [] : [`ltail=${quote(tail.cluster)}`]),
        ...(head.cluster === undefined ? [] : [`lhead=${quote(head.cluster)}`]),
      ]
      this.lines.push(`${indent}${quote(tail.tail)} -> ${quote(head.head)}${attributes.length > 0 ? ` [${attributes.join(', ')}]` : ''}`)
    }
    const [first] = nodes
    const last = nodes.at(-1)
    return { head: (first && ends.get(first.id)?.head) ?? '', tail: (last && ends.get(last.id)?.tail) ?? '' }
  }

  framed(label: string, graph: ManifestGraph, indent: string): Ends {
    this.lines.push(`${indent}subgraph ${quote(`cluster_${this.#clusters++}`)} {`, `${indent}  label=${quote(label)}`)
    const ends = this.graph(graph, `${indent}  `)
    this.lines.push(`${indent}}`)
    return ends
  }

  #node(node: ManifestNode, indent: string): Ends {
    if (node.graphs && node.graphs.length > 0) return this.#composite(node, indent)
    this.lines.push(`${indent}${quote(node.id)} [${attributesOf(node)}]`)
    return { head: node.id, tail: node.id }
  }

  /** Edges of Graphviz join nodes, so those of a cluster begin and end at nodes inside and are cut at its border. */
  #composite(node: ManifestNode, indent: string): Ends {
    const cluster = `cluster_${this.#clusters++}`
    const inner = `${indent}  `
    this.lines.push(`${indent}subgraph ${quote(cluster)} {`, `${inner}label=${quote(nodeText(node))}`)
    const framed = framesParts(node)
    const parts = (node.graphs ?? []).map((part) =>
      (framed ? this.framed(part.label, part.graph, inner) : this.graph(part.graph, inner)))
    this.lines.push(`${indent}}`)
    return { head: parts[0]?.head ?? node.id, tail: parts.at(-1)?.tail ?? node.id, cluster }
  }
}

const MEETING = 'label="", shape=circle, width=0.15, fixedsize=true, fillcolor="#eef0f2", color="#6b7480"'

const WAIT = 'shape=parallelogram, style=filled, fillcolor="#fff6dd", color="#b58a1b"'
const EDGE = 'shape=oval, fillcolor="#eef0f2", color="#6b7480"'

function attributesOf(node: ManifestNode): string {
  const label = `label=${quote(nodeText(node))}`
  switch (node.kind) {
    case 'start':
    case 'end':
      // Inside of a node an end is where several ways meet.
      return node.id === node.kind ? `${label}, ${EDGE}` : MEETING
    case 'sleep':
    case 'sleepUntil':
    case 'condition':
    case 'approval':
    case 'token':
      return `${label}, ${WAIT}`
    case 'child':
      return `${label}, peripheries=2`
    case 'branch':
      return `${label}, shape=diamond, style=filled, fillcolor="#ffffff"`
    case 'patched':
      return `${label}, shape=hexagon, style=filled, fillcolor="#ffffff"`
    case 'merge':
      return MEETING
    case 'return':
    case 'continueAsNew':
      return `${label}, ${EDGE}`
    case 'throw':
      return `${label}, shape=octagon, style=filled, fillcolor="#ffe9e7", color="#b5382c"`
    default:
      return label
  }
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
