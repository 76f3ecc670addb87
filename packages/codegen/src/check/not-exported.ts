import { ts } from 'ts-morph'
import type { Rule } from './rule.ts'

/** A workflow that no worker can import. */
export const notExported: Rule = ({ sources, workflow, name }) => {
  const { class: node } = workflow
  const file = sources.checker.getSymbolAtLocation(node.getSourceFile())
  const symbol = sources.checker.getSymbolAtLocation(node.name ?? node)
  const isExported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  const isListed = file !== undefined && sources.checker.getExportsOfModule(file).some((exported) =>
    exported === symbol || (exported.flags & ts.SymbolFlags.Alias && sources.checker.getAliasedSymbol(exported) === symbol))
  if (isExported || isListed) return []
  return [
    sources.diagnostic(node.name ?? node, {
      code: 'NotExported',
      severity: 'warning',
      message: `Workflow '${name}' is not exported, so no worker can import it.`,
      help: 'Export the class.',
    }),
  ]
}
