// What a name in the source means, followed through imports and re-exports one hop at a time: the hop at which it leaves the
// project decides, so that a name keeps its meaning whether or not the dependency is installed.
import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'

/** What a name stands for. */
export type Reference =
  /** Something a dependency exports; `*` is all of it. */
  | { readonly kind: 'external'; readonly module: string; readonly name: string }
  /** A declaration in the project. */
  | { readonly kind: 'project'; readonly symbol: ts.Symbol; readonly declaration: ts.Declaration }
  /** A whole module of the project (`import * as`). */
  | { readonly kind: 'module'; readonly symbol: ts.Symbol }
  /** Something of the language or the host, or nothing the compiler knows. */
  | { readonly kind: 'global'; readonly name: string }

/** What an identifier in an expression stands for. */
export function resolveIdentifier(sources: Sources, identifier: ts.Identifier): Reference {
  const { checker } = sources
  const symbol = ts.isShorthandPropertyAssignment(identifier.parent)
    ? checker.getShorthandAssignmentValueSymbol(identifier.parent)
    : checker.getSymbolAtLocation(identifier)
  return symbol ? resolveSymbol(sources, symbol) : { kind: 'global', name: identifier.text }
}

/** The same for an expression that may reach into a namespace import: `baton.Workflow`. */
export function resolveName(sources: Sources, expression: ts.Expression): Reference | undefined {
  if (ts.isIdentifier(expression)) return resolveIdentifier(sources, expression)
  if (!ts.isPropertyAccessExpression(expression) || !ts.isIdentifier(expression.expression)) return undefined
  const base = resolveIdentifier(sources, expression.expression)
  return memberOf(sources, base, expression.name.text)
}

/** What `namespace.name` means, if the namespace is a whole module. */
export function memberOf(sources: Sources, base: Reference, name: string): Reference | undefined {
  if (base.kind === 'external' && base.name === '*') return { ...base, name }
  if (base.kind !== 'module') return undefined
  const member = sources.checker.tryGetMemberInModuleExports(name, base.symbol)
  return member && resolveSymbol(sources, member)
}

/** What a symbol stands for, whichever aliases lead to it. */
export function resolveSymbol(sources: Sources, start: ts.Symbol): Reference {
  let symbol = start
  while (symbol.flags & ts.SymbolFlags.Alias) {
    const left = leavesProject(sources, symbol)
    if (left) return left
    const next = sources.checker.getImmediateAliasedSymbol(symbol)
    if (!next || next === symbol) return { kind: 'global', name: start.name }
    symbol = next
  }
  return declared(sources, symbol)
}

function declared(sources: Sources, symbol: ts.Symbol): Reference {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0]
  if (!declaration) return { kind: 'global', name: symbol.name }
  if (ts.isSourceFile(declaration)) return { kind: 'module', symbol }
  const file = declaration.getSourceFile()
  if (!sources.isExternal(file)) return { kind: 'project', symbol, declaration }
  // `export * from 'zod'` in the project: no hop names the module, so the file's package does.
  if (!ts.isExternalModule(file)) return { kind: 'global', name: symbol.name }
  return { kind: 'external', module: sources.packageOf(file) ?? sources.fileOf(file), name: symbol.name }
}

/** The reference, if this import or re-export is the one that names a dependency. */
function leavesProject(sources: Sources, symbol: ts.Symbol): Reference | undefined {
  const declaration = symbol.declarations?.[0]
  // Reached through `export * from 'zod'`: inside of the dependency by now.
  const within = declaration?.getSourceFile()
  if (within && sources.isExternal(within)) {
    return { kind: 'external', module: sources.packageOf(within) ?? sources.fileOf(within), name: symbol.name }
  }
  const hop = importHop(declaration)
  if (!hop) return undefined
  const module = sources.checker.getSymbolAtLocation(hop.specifier)
  const file = module?.declarations?.[0]
  if (file && ts.isSourceFile(file) && !sources.isExternal(file)) return undefined
  return { kind: 'external', module: hop.specifier.text, name: hop.name }
}

function importHop(declaration: ts.Declaration | undefined): { specifier: ts.StringLiteralLike; name: string } | undefined {
  if (!declaration) return undefined
  const specifier = moduleSpecifierOf(declaration)
  if (!specifier || !ts.isStringLiteralLike(specifier)) return undefined
  if (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration)) {
    return { specifier, name: (declaration.propertyName ?? declaration.name).text }
  }
  return { specifier, name: ts.isImportClause(declaration) ? 'default' : '*' }
}

function moduleSpecifierOf(declaration: ts.Declaration): ts.Expression | undefined {
  if (ts.isImportSpecifier(declaration)) return declaration.parent.parent.parent.moduleSpecifier
  if (ts.isExportSpecifier(declaration)) return declaration.parent.parent.moduleSpecifier
  if (ts.isNamespaceImport(declaration)) return declaration.parent.parent.moduleSpecifier
  if (ts.isNamespaceExport(declaration)) return declaration.parent.moduleSpecifier
  if (ts.isImportClause(declaration)) return declaration.parent.moduleSpecifier
  return undefined
}
