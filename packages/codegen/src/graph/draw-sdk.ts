import { ts } from 'ts-morph'
import type { NodeKind } from '@baton/sdk/manifest'
import { unwrap } from '../read/follow-call.ts'
import { madeBy } from '../read/initializer.ts'
import type { SdkCall } from '../read/sdk-call.ts'
import { drawForEach } from './draw-for-each.ts'
import { drawCallback } from './draw-parallel.ts'
import { drawScope } from './draw-scope.ts'
import { joined, predicateText, textOr } from './label.ts'
import type { Path } from './path.ts'
import type { Walker } from './walker.ts'

/** A call of the SDK that suspends the program, sends something or ends the run. */
export function drawSdkCall(walker: Walker, node: ts.CallExpression, call: SdkCall, path: Path): void {
  const add = (kind: NodeKind, label?: string, id = `${kind}:${label ?? ''}`): void =>
    path.add(walker.ids.take(label === undefined ? kind : id), { kind, label, source: walker.sources.positionOf(node) })
  switch (call.kind) {
    case 'sleep':
    case 'sleepUntil':
      return add(call.kind, textOr(call.until, ''))
    case 'condition': {
      const predicate = call.predicate ? predicateText(call.predicate) : ''
      return add('condition', joined(predicate, call.timeout), `condition:${predicate}`)
    }
    case 'child':
      return add('child', `${call.waits ? '' : 'start '}${textOr(call.workflow, 'a workflow')}`, `child:${textOr(call.workflow, '')}`)
    case 'childResult':
      return add('child', `result of ${childName(walker, call.handle)}`)
    case 'approval':
      if (call.notify) drawCallback(walker, call.notify, path)
      return add('approval', joined(textOr(call.name, ''), call.timeout), `approval:${textOr(call.name, '')}`)
    case 'tokenWait': {
      const name = tokenName(walker, call.token)
      return add('token', joined(name, call.timeout), `token:${name}`)
    }
    case 'signal':
      return add('signal', `${textOr(call.name, 'a signal')} to ${target(walker, call.to)}`)
    case 'stop':
      return add('stop', target(walker, call.to))
    case 'compensate':
      return add('compensate')
    case 'continueAsNew':
      add('continueAsNew', textOr(call.input, ''), 'continueAsNew')
      // As after a throw: nothing in this run comes next.
      path.open = []
      return undefined
    case 'forEach':
      return drawForEach(walker, node, call, path)
    case 'scope':
      return drawScope(walker, node, call, path)
    case 'token':
    case 'look':
    case 'pages':
    case 'patched':
    case 'trace':
      return undefined
  }
}

/** The name a token was made with, where the wait's receiver says so. */
function tokenName(walker: Walker, token: ts.Expression): string {
  const made = madeBy(walker.sources, token)
  const call = ts.isCallExpression(made) ? made : undefined
  const isIssue = call && walker.calls.meaning(call)
  return isIssue?.kind === 'sdk' && isIssue.call.kind === 'token' ? textOr(call?.arguments[0], '') : textOr(token, '')
}

/** The workflow that a handle was started as, else the handle. */
function childName(walker: Walker, handle: ts.Expression): string {
  const made = madeBy(walker.sources, handle)
  const meaning = ts.isCallExpression(made) ? walker.calls.meaning(made) : undefined
  return meaning?.kind === 'sdk' && meaning.call.kind === 'child' ? textOr(meaning.call.workflow, '') : textOr(handle, '')
}

/** Whom `externalExecution(id)` names. */
function target(walker: Walker, execution: ts.Expression): string {
  const made = madeBy(walker.sources, execution)
  const [id] = ts.isCallExpression(made) ? made.arguments : []
  return textOr(id ?? unwrap(execution), '')
}
