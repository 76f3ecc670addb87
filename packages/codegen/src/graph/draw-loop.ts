import { ts } from 'ts-morph'
import { isEndless } from '../read/endless.ts'
import { isDrawn } from './drawn.ts'
import { oneLine, shorten } from './one-line.ts'
import { Path } from './path.ts'
import { drawPart, type Walker } from './walker.ts'

/** Any loop: one node, with a turn of the loop as the graph inside it. */
export function drawLoop(walker: Walker, node: ts.IterationStatement, path: Path, name?: string): void {
  drawBefore(walker, node, path)
  if (!isDrawn(walker, node)) return
  const label = headOf(node)
  const id = walker.ids.take(`loop:${label}`)
  const part = drawPart(walker, id, 'body', path.exits, (inner) => drawTurn(walker, node, inner, name))
  path.addComposite(id, { kind: 'loop', label, source: walker.sources.positionOf(node) }, [part])
  if (isEndless(node) && !part.graph.graph.edges.some((edge) => edge.label?.includes('break'))) path.open = []
}

function drawBefore(walker: Walker, node: ts.IterationStatement, path: Path): void {
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) walker.expression(node.expression, path)
  if (!ts.isForStatement(node) || !node.initializer) return
  if (!ts.isVariableDeclarationList(node.initializer)) return walker.expression(node.initializer, path)
  for (const declaration of node.initializer.declarations) walker.expression(declaration.initializer, path)
}

function drawTurn(walker: Walker, node: ts.IterationStatement, path: Path, name: string | undefined): void {
  const { graph, exits } = path
  const own = (label: string | undefined): boolean => label === undefined || label === name
  const body = new Path(
    graph,
    {
      ...exits,
      break: (at, label) => (own(label) ? at.jump('break') : exits.break(at, label)),
      continue: (at, label) => (own(label) ? at.jump('continue') : exits.continue(at, label)),
    },
    path.open,
  )
  if (ts.isWhileStatement(node)) walker.expression(node.expression, body)
  if (ts.isForStatement(node)) walker.expression(node.condition, body)
  walker.statement(node.statement, body)
  if (ts.isDoStatement(node)) walker.expression(node.expression, body)
  if (ts.isForStatement(node)) walker.expression(node.incrementor, body)
  path.open = body.open
}

/** The head of a loop as its author wrote it. */
function headOf(node: ts.IterationStatement): string {
  if (ts.isWhileStatement(node)) return `while (${oneLine(node.expression)})`
  if (ts.isDoStatement(node)) return `do … while (${oneLine(node.expression)})`
  if (ts.isForOfStatement(node)) {
    return shorten(`for${node.awaitModifier ? ' await' : ''} (${oneLine(node.initializer)} of ${oneLine(node.expression)})`)
  }
  if (ts.isForInStatement(node)) return shorten(`for (${oneLine(node.initializer)} in ${oneLine(node.expression)})`)
  if (!ts.isForStatement(node)) return 'loop'
  const parts = [node.initializer, node.condition, node.incrementor].map((part) => (part ? oneLine(part) : ''))
  return shorten(parts.some((part) => part !== '') ? `for (${parts.join('; ')})` : 'for (;;)')
}
