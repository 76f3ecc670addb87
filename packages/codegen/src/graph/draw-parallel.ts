import { ts } from 'ts-morph'
import { type FunctionNode, isFunctionNode, type PromiseMethod, unwrap } from '../read/follow-call.ts'
import { oneLine, shorten } from './one-line.ts'
import type { Part, Path } from './path.ts'
import { drawPart, type Walker } from './walker.ts'

/** `Promise.all` and its kin: one node with a graph for each element that does something here. */
export function drawPromises(walker: Walker, call: ts.CallExpression, method: PromiseMethod, path: Path): void {
  const [argument] = call.arguments
  if (!argument || !walker.reach.leadsToStep(argument)) return walker.expression(argument, path)
  const elements = elementsOf(argument)
  if (!elements) return walker.expression(argument, path)
  const names = walker.reach.stepsIn(argument)
  const shown = names.length > 3 ? `${names.slice(0, 3).join('+')}+…` : names.join('+')
  const id = walker.ids.take(`parallel:${shown || oneLine(argument)}`)
  const parts = elements.map((element) => drawElement(walker, id, element, path)).filter((part) => !part.empty)
  if (parts.length === 0) return
  const label = `Promise.${method}`
  path.addComposite(id, { kind: 'parallel', label, source: walker.sources.positionOf(call) }, parts)
}

/** The elements that can be told apart; undefined where the promises were made elsewhere. */
function elementsOf(argument: ts.Expression): readonly ts.Expression[] | undefined {
  const node = unwrap(argument)
  if (ts.isArrayLiteralExpression(node)) return node.elements
  return iteration(node) ? [node] : undefined
}

function drawElement(walker: Walker, id: string, element: ts.Expression, path: Path): Part {
  const node = unwrap(ts.isSpreadElement(element) ? element.expression : element)
  const each = iteration(node)
  const label = each ? eachOf(each) : (walker.reach.stepsIn(node).join('+') || oneLine(node))
  return drawPart(walker, id, shorten(label), path.exits, (inner) => {
    if (!each) return walker.expression(node, inner)
    walker.expression(each.over, inner)
    drawCallback(walker, each.callback, inner)
  })
}

export interface Iteration {
  readonly over: ts.Expression
  readonly method: string
  readonly callback: ts.Expression
}

const ITERATIONS = new Set([
  'every', 'filter', 'find', 'findIndex', 'findLast', 'flatMap', 'forEach', 'map', 'reduce', 'reduceRight', 'some',
])

/** `items.map(callback)` and the like; `Array.from(items, callback)` too. */
export function iteration(node: ts.Expression): Iteration | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression: over, name } = node.expression
  const [first, second] = node.arguments
  if (name.text === 'from' && over.getText() === 'Array' && first && second) return { over: first, method: 'from', callback: second }
  return first && ITERATIONS.has(name.text) ? { over, method: name.text, callback: first } : undefined
}

/** How one turn of an iteration is named: `item of items`. */
export function eachOf({ over, callback }: Iteration): string {
  const fn = unwrap(callback)
  const item = isFunctionNode(fn) ? fn.parameters[0] : undefined
  return `${item ? oneLine(item.name) : 'each'} of ${oneLine(over)}`
}

/** What a function handed to a call does, drawn as if called here. */
export function drawCallback(walker: Walker, callback: ts.Expression, path: Path): void {
  const step = walker.calls.stepNamed(unwrap(callback))
  if (step !== undefined) return drawStep(walker, callback, step, path)
  const target: FunctionNode | undefined = walker.calls.functionOf(callback)
  if (target && walker.reach.functionLeadsToStep(target)) walker.inline(target, oneLine(callback), path)
}

export function drawStep(walker: Walker, node: ts.Node, step: string, path: Path): void {
  path.add(walker.ids.take(step), { kind: 'step', step, source: walker.sources.positionOf(node) })
}
