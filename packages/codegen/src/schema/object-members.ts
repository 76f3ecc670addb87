import { ts } from 'ts-morph'

/** The properties of a type that the log carries, in the order they were declared. */
export function propertiesOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Symbol[] {
  const symbols = checker.getPropertiesOfType(type).filter((symbol) => !isHidden(symbol))
  return isMapped(type) ? symbols.toSorted(compareDeclarations) : symbols
}

/** The text of a property's doc comment. */
export function docOf(checker: ts.TypeChecker, symbol: ts.Symbol): string | undefined {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll('\r', '').trim()
  return text === '' ? undefined : text
}

/** Named by a symbol or private: superjson writes neither. */
function isHidden(symbol: ts.Symbol): boolean {
  if (symbol.name.startsWith('__@') || symbol.name.startsWith('__#')) return true
  const { valueDeclaration } = symbol
  return valueDeclaration !== undefined && ts.isPropertyDeclaration(valueDeclaration) && ts.isPrivateIdentifier(valueDeclaration.name)
}

/** Properties made by iterating a union of keys come in the order of the compiler's ids, which depends on what it read first. */
function isMapped(type: ts.Type): boolean {
  return 'objectFlags' in type && (Number(type.objectFlags) & ts.ObjectFlags.Mapped) !== 0
}

function compareDeclarations(a: ts.Symbol, b: ts.Symbol): number {
  const first = a.declarations?.[0]
  const second = b.declarations?.[0]
  if (first && second && first.parent === second.parent) return first.pos - second.pos
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
