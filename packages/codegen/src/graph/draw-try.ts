import type { ts } from 'ts-morph'
import { isDrawn } from './drawn.ts'
import { oneLine } from './one-line.ts'
import type { Part, Path } from './path.ts'
import { drawPart, type Walker } from './walker.ts'

/** `try`: one node with a graph for the body, the handler and the clean-up, each as far as there is something to see. */
export function drawTry(walker: Walker, node: ts.TryStatement, path: Path): void {
  if (!isDrawn(walker, node)) return
  const steps = walker.reach.stepsIn(node.tryBlock)
  const id = walker.ids.take(steps.length > 0 ? `try:${steps.slice(0, 3).join('+')}` : 'try')
  const block = (label: string, content: ts.Block): Part =>
    drawPart(walker, id, label, path.exits, (inner) => walker.statement(content, inner))
  const body = block('try', node.tryBlock)
  const { catchClause, finallyBlock } = node
  const binding = catchClause?.variableDeclaration
  const handler = catchClause && block(binding ? `catch (${oneLine(binding.name)})` : 'catch', catchClause.block)
  const cleanup = finallyBlock && block('finally', finallyBlock)
  const parts = [body, handler, cleanup].filter((part) => part !== undefined)
  path.addComposite(id, { kind: 'try', source: walker.sources.positionOf(node) }, parts)
  const goesOn = (body.ends || handler?.ends === true) && cleanup?.ends !== false
  if (!goesOn) path.open = []
}
