import { ts } from 'ts-morph'

/** Whether a node leaves no trace in the program that runs. */
export function isTypeOnly(node: ts.Node): boolean {
  // `extends Base<T>` is an expression that TypeScript also counts among type nodes.
  if (ts.isExpressionWithTypeArguments(node)) return false
  if (ts.isTypeNode(node) && node.kind !== ts.SyntaxKind.NullKeyword) return true
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isTypeParameterDeclaration(node)) return true
  if (ts.isIndexSignatureDeclaration(node) || ts.isImportDeclaration(node) || ts.isTypeElement(node)) return true
  if (ts.isModifier(node)) return node.kind !== ts.SyntaxKind.AsyncKeyword && node.kind !== ts.SyntaxKind.StaticKeyword
  if (ts.isParameter(node)) return ts.isIdentifier(node.name) && node.name.text === 'this'
  if (isFunctionWithoutBody(node)) return true
  return isDeclaredOnly(node)
}

/** Overloads and abstract methods. */
function isFunctionWithoutBody(node: ts.Node): boolean {
  return (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)) && node.body === undefined
}

/** `declare` fields and abstract members; an abstract class has members that run. */
function isDeclaredOnly(node: ts.Node): boolean {
  if (!ts.canHaveModifiers(node) || ts.isClassLike(node)) return false
  const { DeclareKeyword, AbstractKeyword } = ts.SyntaxKind
  return (ts.getModifiers(node) ?? []).some(({ kind }) => kind === DeclareKeyword || kind === AbstractKeyword)
}
