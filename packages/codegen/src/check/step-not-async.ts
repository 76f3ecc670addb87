import { ts } from 'ts-morph'
import type { Rule } from './rule.ts'

/** A step or `run` that does not return a promise. */
export const stepNotAsync: Rule = ({ sources, workflow }) =>
  [...workflow.steps.values(), ...workflow.runs].flatMap(({ method, name }) => {
    if (method.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)) return []
    const { checker } = sources
    const signature = checker.getSignatureFromDeclaration(method)
    const type = signature && checker.getReturnTypeOfSignature(signature)
    const symbol = type?.getSymbol()
    if (symbol?.name === 'Promise' || symbol?.name === 'PromiseLike') return []
    return sources.diagnostic(method.name, {
      code: 'StepNotAsync',
      message: `'${name}' is not async; its outcome is recorded before the workflow goes on, so it must return a promise.`,
      help: `Write async ${name}(…).`,
    })
  })
