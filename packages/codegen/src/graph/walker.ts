import type { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import type { Calls, FunctionNode } from '../read/follow-call.ts'
import type { Reach } from '../read/reach.ts'
import { GraphDraft } from './graph-draft.ts'
import type { NodeIds } from './node-ids.ts'
import { type Exits, type Part, Path } from './path.ts'

/** What the drawing of one construct needs of the others; kept as an interface so that their files need not know each other. */
export interface Walker {
  readonly sources: Sources
  readonly calls: Calls
  readonly reach: Reach
  readonly ids: NodeIds
  statement(node: ts.Statement, path: Path): void
  expression(node: ts.Expression | undefined, path: Path): void
  /** Draws what a function does where it is called. */
  inline(target: FunctionNode, name: string, path: Path): void
}

/** Draws the graph inside a node. Jumps that no construct in it takes lead to its end. */
export function drawPart(walker: Walker, id: string, label: string, outer: Exits, draw: (path: Path) => void): Part {
  const graph = new GraphDraft(`${walker.ids.take(`${id}/${label}`)}/`)
  const path = new Path(graph, leavingPart(outer))
  draw(path)
  const { empty } = graph
  const ends = path.open.length > 0 || graph.endReached
  return { graph: { label, graph: graph.finish(path.open) }, ends, returns: graph.returns, empty }
}

function leavingPart(outer: Exits): Exits {
  return {
    return: outer.return,
    break: (path, label) => path.jump(label === undefined ? 'break' : `break ${label}`),
    continue: (path, label) => path.jump(label === undefined ? 'continue' : `continue ${label}`),
  }
}
