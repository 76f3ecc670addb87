import { ts } from 'ts-morph'
import type { Rule } from './rule.ts'

/** A decorator on a method that the engine could not call. */
export const plainMethod: Rule = ({ sources, workflow }) =>
  [...workflow.steps.values(), ...workflow.runs, ...workflow.handlers.values()].flatMap(({ method, decorator, name }) => {
    const isStatic = method.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
    const isPlain = ts.isIdentifier(method.name) || ts.isStringLiteralLike(method.name)
    if (!isStatic && isPlain) return []
    return sources.diagnostic(decorator, {
      code: 'InvalidOption',
      message: `The decorator stands on ${name}, which is static, private or named by a symbol.`,
      help: 'Make it a plain method.',
    })
  })
