import { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Sources } from '../project/sources.ts'
import { methodNamed } from '../read/read-class.ts'
import type { Rule } from './rule.ts'

/** A query or a validator that answers later: nobody waits for it. */
export const notSynchronous: Rule = ({ sources, workflow, handlers }) =>
  [...workflow.handlers.values()].flatMap(({ name, kind, method }): readonly Diagnostic[] => {
    const validate = handlers.get(name)?.validate
    const asked = kind === 'query' ? method : validate === undefined ? undefined : methodNamed(workflow.chain, validate)
    if (!asked || !isAsync(sources, asked)) return []
    const what = kind === 'query' ? `The query '${name}'` : `'${validate}', which validates '${name}',`
    return [sources.diagnostic(asked.name, {
      code: 'NotSynchronous',
      message: `${what} is async: it answers at once from what the execution has committed, and nobody waits for it.`,
      help: kind === 'query' ? 'Drop async; what has to wait is an update.' : 'Drop async; what has to wait belongs in the update itself.',
    })]
  })

function isAsync(sources: Sources, method: ts.MethodDeclaration): boolean {
  if (method.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)) return true
  const signature = sources.checker.getSignatureFromDeclaration(method)
  const name = signature && sources.checker.getReturnTypeOfSignature(signature).getSymbol()?.name
  return name === 'Promise' || name === 'PromiseLike'
}
