import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import type { WorkflowSource } from '../read/workflow-source.ts'

/** The types a method takes and gives, as the workflow class sees it: type parameters of base classes are filled in. */
export interface MethodTypes {
  readonly parameters: readonly { readonly name: string; readonly type: ts.Type; readonly node: ts.Node }[]
  /** What the promise holds. */
  readonly result: ts.Type
  readonly resultNode: ts.Node
}

export function methodTypes(sources: Sources, workflow: WorkflowSource, method: ts.MethodDeclaration): MethodTypes | undefined {
  const { checker } = sources
  const signature = signatureOf(checker, workflow.class, method)
  if (!signature) return undefined
  const parameters = signature.getParameters().map((symbol) => ({
    name: symbol.name,
    type: checker.getTypeOfSymbolAtLocation(symbol, workflow.class),
    node: symbol.valueDeclaration ?? method.name,
  }))
  const returned = checker.getReturnTypeOfSignature(signature)
  return { parameters, result: checker.getAwaitedType(returned) ?? returned, resultNode: method.type ?? method.name }
}

function signatureOf(checker: ts.TypeChecker, owner: ts.ClassDeclaration, method: ts.MethodDeclaration): ts.Signature | undefined {
  const own = checker.getSymbolAtLocation(owner.name ?? owner)
  const name = ts.isIdentifier(method.name) || ts.isStringLiteralLike(method.name) ? method.name.text : undefined
  const member = own && name !== undefined ? checker.getPropertyOfType(checker.getDeclaredTypeOfSymbol(own), name) : undefined
  const [signature] = member ? checker.getTypeOfSymbolAtLocation(member, owner).getCallSignatures() : []
  return signature ?? checker.getSignatureFromDeclaration(method)
}
