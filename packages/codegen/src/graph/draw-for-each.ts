import { ts } from 'ts-morph'
import { isFunctionNode, unwrap } from '../read/follow-call.ts'
import { madeBy } from '../read/initializer.ts'
import { optionExpression } from '../read/option-expression.ts'
import type { SdkCall } from '../read/sdk-call.ts'
import { drawCallback } from './draw-parallel.ts'
import { textOr } from './label.ts'
import { oneLine, shorten } from './one-line.ts'
import type { Path } from './path.ts'
import { drawPart, type Walker } from './walker.ts'

type ForEachCall = Extract<SdkCall, { kind: 'forEach' }>

/** `forEach` and `forEachCounted`: one node, with an iteration as the graph inside it, and one for how pages are fetched. */
export function drawForEach(walker: Walker, node: ts.CallExpression, call: ForEachCall, path: Path): void {
  const pages = pagesOf(walker, call.items)
  const text = shorten(eachText(call, pages !== undefined))
  const id = walker.ids.take(`forEach:${text}`)
  const fetching = pages && drawPart(walker, id, 'pages', path.exits, (inner) => drawCallback(walker, pages, inner))
  const body = drawPart(walker, id, 'body', path.exits, (inner) => {
    if (call.body) drawCallback(walker, call.body, inner)
  })
  const parts = fetching && !fetching.empty ? [fetching, body] : [body]
  path.addComposite(id, { kind: 'forEach', label: text + howMany(call.options), source: walker.sources.positionOf(node) }, parts)
}

/** `item of order.items`. */
function eachText({ items, body }: ForEachCall, paged: boolean): string {
  const fn = body && unwrap(body)
  const item = fn && isFunctionNode(fn) ? fn.parameters[0] : undefined
  return `${item ? oneLine(item.name) : 'each'} of ${paged ? 'pages' : textOr(items, '')}`
}

/** The options that say how iterations run, as far as they are written. */
function howMany(options: ts.Expression | undefined): string {
  const concurrency = optionExpression(options, 'concurrency')
  const ordered = optionExpression(options, 'ordered')
  const onFailure = optionExpression(options, 'onFailure')
  const said = [
    concurrency && `${textOr(concurrency, '')} at once`,
    ordered?.kind === ts.SyntaxKind.TrueKeyword ? 'in order' : undefined,
    onFailure && `on failure ${textOr(onFailure, '')}`,
  ].filter((word) => word !== undefined)
  return said.length > 0 ? `, ${said.join(', ')}` : ''
}

/** The function that fetches a page, if the items are `Items.pages(…)`. */
function pagesOf(walker: Walker, items: ts.Expression | undefined): ts.Expression | undefined {
  const made = items && madeBy(walker.sources, items)
  const meaning = made && ts.isCallExpression(made) ? walker.calls.meaning(made) : undefined
  return meaning?.kind === 'sdk' && meaning.call.kind === 'pages' ? meaning.call.fetch : undefined
}
