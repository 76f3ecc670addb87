import { ts } from 'ts-morph'

/** What an object literal says for a key: the expression, or the function of a method; undefined where it is not written there. */
export function optionExpression(options: ts.Expression | undefined, name: string): ts.Expression | undefined {
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined
  for (const property of options.properties) {
    if (!property.name || !ts.isIdentifier(property.name) || property.name.text !== name) continue
    if (ts.isPropertyAssignment(property)) return property.initializer
    if (ts.isShorthandPropertyAssignment(property)) return property.name
  }
  return undefined
}
