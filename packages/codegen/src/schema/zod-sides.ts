import type { ts } from 'ts-morph'

/** The type that a zod schema takes or gives, from the schema's own type; undefined if it is no zod schema. */
export function zodSide(checker: ts.TypeChecker, schema: ts.Node, side: 'input' | 'output'): ts.Type | undefined {
  const internals = memberType(checker, checker.getTypeAtLocation(schema), '_zod')
  return internals && memberType(checker, internals, side)
}

function memberType(checker: ts.TypeChecker, type: ts.Type, name: string): ts.Type | undefined {
  const symbol = checker.getPropertyOfType(type, name)
  return symbol && checker.getTypeOfSymbol(symbol)
}
