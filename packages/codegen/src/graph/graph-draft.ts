import type { ManifestEdge, ManifestGraph, ManifestNode, NodeKind, SourcePosition } from '@baton/sdk/manifest'

/** A way out of a node that nothing has been connected to yet. */
export interface OpenEnd {
  readonly from: string
  readonly label?: string | undefined
}

export interface SubGraph {
  readonly label: string
  readonly graph: ManifestGraph
}

/** What a node is, besides its place. */
export interface NodeContent {
  readonly kind: NodeKind
  readonly step?: string | undefined
  readonly label?: string | undefined
  readonly source?: SourcePosition | undefined
  readonly graphs?: readonly SubGraph[] | undefined
}

/** One level of a graph while it is drawn: always from one start to one end. */
export class GraphDraft {
  readonly start: string
  readonly end: string
  /** Whether this is a program's own level, not one inside a node. */
  readonly top: boolean
  /** Whether a `return` in here leaves the workflow. */
  returns = false
  readonly #nodes: ManifestNode[] = []
  readonly #edges: ManifestEdge[] = []

  /** `prefix` keeps start and end of this graph apart from those of others. */
  constructor(prefix = '', top = prefix === '') {
    this.start = `${prefix}start`
    this.end = `${prefix}end`
    this.top = top
    this.#nodes.push({ id: this.start, kind: 'start' })
  }

  /** Adds a node after the open ends. */
  add(id: string, content: NodeContent, after: readonly OpenEnd[]): void {
    const { kind, step, label, source, graphs } = content
    // Keys in the order of the manifest, absent ones absent: what is written must not depend on who built the node.
    this.#nodes.push({
      id,
      kind,
      ...(step === undefined ? {} : { step }),
      ...(label === undefined ? {} : { label }),
      ...(source === undefined ? {} : { source }),
      ...(graphs === undefined ? {} : { graphs }),
    })
    this.connect(after, id)
  }

  connect(ends: readonly OpenEnd[], to: string): void {
    for (const { from, label } of ends) {
      if (this.#edges.some((edge) => edge.from === from && edge.to === to && edge.label === label)) continue
      this.#edges.push(label === undefined ? { from, to } : { from, to, label })
    }
  }

  /** Whether anything leads to the end by now. */
  get endReached(): boolean {
    return this.#edges.some((edge) => edge.to === this.end)
  }

  /** Whether there is anything between start and end. */
  get empty(): boolean {
    return this.#nodes.length === 1
  }

  finish(open: readonly OpenEnd[]): ManifestGraph {
    this.connect(open, this.end)
    return { nodes: [...this.#nodes, { id: this.end, kind: 'end' }], edges: this.#edges }
  }
}
