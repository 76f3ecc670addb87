import type { ts } from 'ts-morph'
import { ManifestChild } from '@baton/sdk/manifest'
import type { RuleContext } from '../check/rule.ts'
import { reachedFunctions, visitCalls } from '../check/workflow-code.ts'
import { childWorkflow } from '../read/child-workflow.ts'
import { evaluate } from '../read/evaluate.ts'
import { programsOf } from '../read/programs.ts'
import type { Sources } from '../project/sources.ts'

type Policy = ManifestChild['parentClosePolicy']

/** Every place where the workflow's code, helpers included, starts a child. */
export function describeChildren({ sources, workflow, calls }: RuleContext): ManifestChild[] {
  const found = new Map<ts.Node, ManifestChild>()
  for (const { body } of programsOf(workflow)) {
    for (const { target } of reachedFunctions(calls, body)) {
      visitCalls(target.body, (node) => {
        const meaning = calls.meaning(node)
        if (meaning.kind !== 'sdk' || meaning.call.kind !== 'child' || !meaning.call.workflow) return
        const { name, className } = childWorkflow(sources, meaning.call.workflow)
        found.set(node, {
          workflow: name ?? null,
          className: className ?? null,
          parentClosePolicy: policyOf(sources, meaning.call.options),
          source: sources.positionOf(node),
        })
      })
    }
  }
  return [...found.values()].toSorted(({ source: a }, { source: b }) =>
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column)
}

/** The policy as written, the SDK's default where nothing is. */
function policyOf(sources: Sources, options: ts.Expression | undefined): Policy {
  if (!options) return 'stop'
  const value = evaluate(sources, options)
  if (value.kind !== 'record') return null
  const policy = value.entries.get('parentClosePolicy')
  if (!policy) return 'stop'
  const known = ManifestChild.shape.parentClosePolicy.safeParse(policy.kind === 'scalar' ? policy.value : null)
  return known.success ? known.data : null
}
