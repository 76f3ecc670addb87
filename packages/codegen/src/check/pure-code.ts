import type { ts } from 'ts-morph'
import type { FunctionNode } from '../read/follow-call.ts'
import type { RuleContext } from './rule.ts'
import { reachedFunctions, visitCalls } from './workflow-code.ts'
import { writesIn } from './writes.ts'

/** Something that code does which may be asked at any time, or never. */
export interface SideEffect {
  readonly node: ts.Node
  /** Completes "it …". */
  readonly what: string
}

/** What a function and its helpers change, call or send, though they should only look. */
export function sideEffects({ sources, calls }: RuleContext, from: FunctionNode): readonly SideEffect[] {
  const found = new Map<ts.Node, SideEffect>()
  for (const { target, via } of reachedFunctions(calls, from)) {
    const through = via.length > 0 ? ` in ${via.join(' → ')}` : ''
    for (const { node, target: place } of writesIn(sources, calls, target, target)) {
      found.set(node, { node, what: `changes ${place}${through}` })
    }
    visitCalls(target.body, (call) => {
      const meaning = calls.meaning(call)
      if (meaning.kind === 'step') found.set(call, { node: call, what: `calls the step '${meaning.name}'${through}` })
      if (meaning.kind === 'sdk' && meaning.call.kind !== 'look') found.set(call, { node: call, what: `calls ${meaning.name}()${through}` })
    })
  }
  return [...found.values()]
}
