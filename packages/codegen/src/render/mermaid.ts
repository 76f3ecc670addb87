import type { ManifestGraph, ManifestNode, ManifestWorkflow, NodeKind } from '@baton/sdk/manifest'
import { framesParts, nodeText } from './node-text.ts'
import { visibleNodes } from './visible-nodes.ts'

/** A workflow's graphs as a Mermaid flowchart; handlers, and what is inside of loops, groups and tries, are subgraphs. */
export function mermaid(workflow: ManifestWorkflow): string {
  const drawing = new MermaidDrawing()
  drawing.graph(workflow.graph, '  ')
  for (const { name, kind, graph } of workflow.handlers) drawing.framed(`${kind} ${name}`, graph, '  ')
  return [
    '---',
    `title: ${JSON.stringify(workflow.name)}`,
    '---',
    'flowchart TD',
    ...drawing.lines,
    '  classDef step fill:#e8f1ff,stroke:#3b6fb6,color:#10233f',
    '  classDef wait fill:#fff6dd,stroke:#b58a1b,color:#3a2c05',
    '  classDef fail fill:#ffe9e7,stroke:#b5382c,color:#3f0d08',
    '  classDef edge fill:#eef0f2,stroke:#6b7480,color:#1d2329',
    '',
  ].join('\n')
}

const CLASS: Partial<Record<NodeKind, string>> = {
  step: 'step', child: 'step', signal: 'step', stop: 'step', compensate: 'step', sleep: 'wait', sleepUntil: 'wait', condition: 'wait',
  approval: 'wait', token: 'wait', throw: 'fail', start: 'edge', end: 'edge', return: 'edge', merge: 'edge', continueAsNew: 'edge',
}

class MermaidDrawing {
  readonly lines: string[] = []
  /** Mermaid's ids take few characters, so nodes are numbered; the label says who they are. */
  readonly #numbers = new Map<string, string>()

  graph(graph: ManifestGraph, indent: string): void {
    const nodes = visibleNodes(graph)
    for (const node of nodes) this.#node(node, indent)
    const shown = new Set(nodes.map((node) => node.id))
    for (const { from, to, label } of graph.edges) {
      if (!shown.has(from) || !shown.has(to)) continue
      const arrow = label === undefined ? '-->' : `-->|${quote(label)}|`
      this.lines.push(`${indent}${this.#id(from)} ${arrow} ${this.#id(to)}`)
    }
  }

  framed(label: string, graph: ManifestGraph, indent: string): void {
    this.lines.push(`${indent}subgraph ${this.#id(label)}[${quote(label)}]`)
    this.graph(graph, `${indent}  `)
    this.lines.push(`${indent}end`)
  }

  #node(node: ManifestNode, indent: string): void {
    const id = this.#id(node.id)
    if (node.graphs) return this.#composite(id, node, indent)
    const kind = CLASS[node.kind]
    this.lines.push(`${indent}${id}${shape(node)}${kind ? `:::${kind}` : ''}`)
  }

  #composite(id: string, node: ManifestNode, indent: string): void {
    this.lines.push(`${indent}subgraph ${id}[${quote(nodeText(node))}]`)
    const parts = node.graphs ?? []
    const inner = `${indent}  `
    parts.forEach((part, index) => {
      if (!framesParts(node)) return this.graph(part.graph, inner)
      this.lines.push(`${inner}subgraph ${id}p${index}[${quote(part.label)}]`)
      this.graph(part.graph, `${inner}  `)
      this.lines.push(`${inner}end`)
    })
    this.lines.push(`${indent}end`)
  }

  #id(id: string): string {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = `n${this.#numbers.size}`
    this.#numbers.set(id, number)
    return number
  }
}

function shape(node: ManifestNode): string {
  const text = quote(nodeText(node))
  switch (node.kind) {
    case 'start':
    case 'end':
      // Inside of a node an end is where several ways meet.
      return node.id === node.kind ? `(["${node.kind}"])` : '((" "))'
    case 'step':
    case 'signal':
    case 'stop':
    case 'compensate':
      return `[${text}]`
    case 'sleep':
    case 'sleepUntil':
    case 'condition':
    case 'approval':
    case 'token':
      return `[/${text}/]`
    case 'branch':
      return `{${text}}`
    case 'patched':
      return `{{${text}}}`
    case 'merge':
      return '((" "))'
    case 'return':
    case 'continueAsNew':
      return `([${text}])`
    case 'throw':
      return `>${text}]`
    default:
      return `[[${text}]]`
  }
}

/** Mermaid has no escapes but entities, written with `#`. */
function quote(text: string): string {
  const escaped = text.replaceAll(/[#"<>&`|\\]/g, (character) => `#${character.codePointAt(0)};`)
  return `"${escaped}"`
}
