import { ts } from 'ts-morph'
import { madeBy } from '../read/initializer.ts'
import { optionExpression } from '../read/option-expression.ts'
import type { SdkCall } from '../read/sdk-call.ts'
import { drawCallback } from './draw-parallel.ts'
import { textOr } from './label.ts'
import type { Path } from './path.ts'
import { drawPart, type Walker } from './walker.ts'

type ScopeCall = Extract<SdkCall, { kind: 'scope' }>

/** A region that is cancelled as one, or shielded: one node with what runs in it as its graph. */
export function drawScope(walker: Walker, node: ts.CallExpression, call: ScopeCall, path: Path): void {
  const label = typeof call.mode === 'string' ? staticLabel(call.mode, call.timeout) : instanceLabel(walker, call.mode)
  const id = walker.ids.take(`scope:${label}`)
  const part = drawPart(walker, id, 'body', path.exits, (inner) => {
    if (call.body) drawCallback(walker, call.body, inner)
  })
  path.addComposite(id, { kind: 'scope', label, source: walker.sources.positionOf(node) }, [part])
  if (!part.ends) path.open = []
}

function staticLabel(mode: string, timeout: ts.Expression | undefined): string {
  return timeout ? `${mode} ${textOr(timeout, '')}` : mode
}

/** What `new CancellationScope({ … })` says, where the scope's name leads there. */
function instanceLabel(walker: Walker, scope: ts.Expression): string {
  const made = madeBy(walker.sources, scope)
  if (!ts.isNewExpression(made)) return textOr(scope, '')
  const [options] = made.arguments ?? []
  const shielded = optionExpression(options, 'cancellable')?.kind === ts.SyntaxKind.FalseKeyword
  const timeout = optionExpression(options, 'timeout')
  return [shielded ? 'nonCancellable' : 'cancellable', ...(timeout ? [textOr(timeout, '')] : [])].join(' ')
}
