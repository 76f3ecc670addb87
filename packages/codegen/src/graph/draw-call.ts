import { ts } from 'ts-morph'
import { isFunctionNode, unwrap } from '../read/follow-call.ts'
import { drawCallback, drawPromises, drawStep, eachOf, iteration } from './draw-parallel.ts'
import { drawSdkCall } from './draw-sdk.ts'
import { shorten } from './one-line.ts'
import type { Path } from './path.ts'
import { drawPart, type Walker } from './walker.ts'

/** A call: first what its receiver and arguments do, then the call itself. */
export function drawCall(walker: Walker, call: ts.CallExpression, path: Path): void {
  const meaning = walker.calls.meaning(call)
  if (meaning.kind === 'promises') return drawPromises(walker, call, meaning.method, path)
  const each = iteration(call)
  if (each && meaning.kind === 'other' && callbackLeadsToStep(walker, each.callback)) return drawEach(walker, call, path)
  drawOperands(walker, call, path)
  if (meaning.kind === 'step') return drawStep(walker, call, meaning.name, path)
  if (meaning.kind === 'sdk') return drawSdkCall(walker, call, meaning.call, path)
  if (meaning.kind === 'function' && walker.reach.functionLeadsToStep(meaning.target)) {
    walker.inline(meaning.target, meaning.name, path)
  }
  // Who calls a callback, when and how often, is the callee's; the picture shows what it can lead to, once.
  for (const argument of call.arguments) {
    if (callbackLeadsToStep(walker, argument)) drawCallback(walker, argument, path)
  }
}

function drawOperands(walker: Walker, call: ts.CallExpression, path: Path): void {
  const callee = unwrap(call.expression)
  if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) walker.expression(callee.expression, path)
  else if (!isFunctionNode(callee)) walker.expression(callee, path)
  for (const argument of call.arguments) {
    if (!isFunctionNode(unwrap(argument))) walker.expression(argument, path)
  }
}

/** `for (…)` in the form of a method: `items.forEach(item => …)`. */
function drawEach(walker: Walker, call: ts.CallExpression, path: Path): void {
  const each = iteration(call)
  if (!each) return
  walker.expression(each.over, path)
  const label = shorten(`${each.method}: ${eachOf(each)}`)
  const id = walker.ids.take(`loop:${label}`)
  const part = drawPart(walker, id, 'body', path.exits, (inner) => drawCallback(walker, each.callback, inner))
  path.addComposite(id, { kind: 'loop', label, source: walker.sources.positionOf(call) }, [part])
}

function callbackLeadsToStep(walker: Walker, argument: ts.Expression): boolean {
  const node = unwrap(argument)
  if (walker.calls.stepNamed(node) !== undefined) return true
  const isName = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)
  if (!isName && !isFunctionNode(node)) return false
  const target = walker.calls.functionOf(node)
  return target !== undefined && walker.reach.functionLeadsToStep(target)
}
