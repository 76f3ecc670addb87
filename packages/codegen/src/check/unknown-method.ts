import { ts } from 'ts-morph'
import { nearestName } from '@baton/sdk/host'
import { partAt } from '../read/static-value.ts'
import type { Rule } from './rule.ts'

/** `validate` names a method that the class does not have. */
export const unknownMethod: Rule = ({ sources, workflow, name, handlers }) => {
  const symbol = sources.checker.getSymbolAtLocation(workflow.class.name ?? workflow.class)
  const members = symbol ? sources.checker.getPropertiesOfType(sources.checker.getDeclaredTypeOfSymbol(symbol)) : []
  const methods = members.filter(({ flags }) => (flags & ts.SymbolFlags.Method) !== 0).map((member) => member.name)
  return [...workflow.handlers.values()].flatMap((handler) => {
    const validate = handler.kind === 'update' ? handlers.get(handler.name)?.validate : undefined
    if (validate === undefined || methods.includes(validate)) return []
    const hint = nearestName(validate, methods)
    return sources.diagnostic(partAt(handler.options, ['validate']).node, {
      code: 'UnknownMethod',
      message: `${name}.${handler.name} is validated by '${validate}', which is no method of the class.`,
      help: hint ? `Did you mean '${hint}'?` : 'Name a method that takes what the update takes and throws to reject it.',
    })
  })
}
