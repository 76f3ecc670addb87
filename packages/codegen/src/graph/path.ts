import type { ts } from 'ts-morph'
import type { GraphDraft, NodeContent, OpenEnd, SubGraph } from './graph-draft.ts'

/** Where the jumps of a piece of code lead. */
export interface Exits {
  return(path: Path, statement: ts.ReturnStatement): void
  break(path: Path, label: string | undefined): void
  continue(path: Path, label: string | undefined): void
}

/** The point in a graph at which drawing goes on; without open ends nothing reaches it. */
export class Path {
  readonly graph: GraphDraft
  readonly exits: Exits
  open: readonly OpenEnd[]

  constructor(graph: GraphDraft, exits: Exits, open: readonly OpenEnd[] = [{ from: graph.start }]) {
    this.graph = graph
    this.exits = exits
    this.open = open
  }

  add(id: string, content: NodeContent): void {
    this.graph.add(id, content, this.open)
    this.open = [{ from: id }]
  }

  /** Adds a node that has graphs inside; a `return` in one of them leads past everything to the workflow's end. */
  addComposite(id: string, content: Omit<NodeContent, 'graphs'>, parts: readonly Part[]): void {
    this.add(id, { ...content, graphs: parts.map((part) => part.graph) })
    if (!parts.some((part) => part.returns)) return
    if (this.graph.top) this.graph.connect([{ from: id, label: 'return' }], this.graph.end)
    else this.graph.returns = true
  }

  /** Another path in the same graph. */
  fork(open: readonly OpenEnd[], exits: Exits = this.exits): Path {
    return new Path(this.graph, exits, open)
  }

  /** Leads everything open straight to the end of this level. */
  jump(word: string): void {
    const ends = this.open.map(({ from, label }) => ({ from, label: label === undefined ? word : `${label}, ${word}` }))
    this.graph.connect(ends, this.graph.end)
    this.open = []
  }
}

/** A finished graph inside a node. */
export interface Part {
  readonly graph: SubGraph
  /** Whether its end can be reached. */
  readonly ends: boolean
  readonly returns: boolean
  readonly empty: boolean
}
