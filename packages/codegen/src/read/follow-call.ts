import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import type { MemberNames } from './member-names.ts'
import { methodNamed } from './read-class.ts'
import { resolveName, resolveSymbol } from './resolve-reference.ts'
import { type SdkCall, sdkCall } from './sdk-call.ts'
import type { WorkflowSource } from './workflow-source.ts'

/** A function whose body can be read. */
export type FunctionNode = (
  | ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | ts.MethodDeclaration
  | ts.GetAccessorDeclaration | ts.ConstructorDeclaration | ts.SetAccessorDeclaration
) & { readonly body: ts.ConciseBody }

/** What a call means for a workflow. */
export type CallMeaning =
  | { readonly kind: 'step'; readonly name: string }
  | { readonly kind: 'sdk'; readonly call: SdkCall; readonly name: string }
  | { readonly kind: 'promises'; readonly method: PromiseMethod; readonly all: ts.Expression | undefined }
  | { readonly kind: 'function'; readonly target: FunctionNode; readonly name: string }
  | { readonly kind: 'other' }

export type PromiseMethod = 'all' | 'allSettled' | 'any' | 'race'

const OTHER: CallMeaning = { kind: 'other' }

/** Says what calls in the code of one workflow mean; helpers are found across files. */
export class Calls {
  readonly #sources: Sources
  readonly #workflow: WorkflowSource
  readonly #members: MemberNames
  readonly #known = new Map<ts.Node, CallMeaning>()

  constructor(sources: Sources, workflow: WorkflowSource, members: MemberNames) {
    this.#sources = sources
    this.#workflow = workflow
    this.#members = members
  }

  meaning(call: ts.CallExpression): CallMeaning {
    const known = this.#known.get(call)
    if (known) return known
    const meaning = this.#find(call)
    this.#known.set(call, meaning)
    return meaning
  }

  /** The name of the step that an expression such as `this.charge` stands for. */
  stepNamed(expression: ts.Expression): string | undefined {
    if (!ts.isPropertyAccessExpression(expression)) return undefined
    const name = expression.name.text
    return this.#workflow.steps.has(name) && this.isMember(expression) ? name : undefined
  }

  #find(call: ts.CallExpression): CallMeaning {
    const callee = unwrap(call.expression)
    const step = this.stepNamed(callee)
    if (step !== undefined) return { kind: 'step', name: step }
    const sdk = sdkCall(this.#sources, call, callee)
    if (sdk) return { kind: 'sdk', call: sdk, name: nameOf(callee) }
    const method = promiseMethod(callee)
    if (method) return { kind: 'promises', method, all: call.arguments[0] }
    const target = this.functionOf(callee)
    return target ? { kind: 'function', target, name: nameOf(callee) } : OTHER
  }

  /** The function an expression stands for, if its body is in the project. */
  functionOf(expression: ts.Expression): FunctionNode | undefined {
    const node = unwrap(expression)
    if (isFunctionNode(node)) return node
    const method = ts.isPropertyAccessExpression(node) ? methodNamed(this.#workflow.chain, node.name.text) : undefined
    if (method && isFunctionNode(method) && ts.isPropertyAccessExpression(node) && this.isMember(node)) return method
    return this.#declaredFunction(node)
  }

  #declaredFunction(node: ts.Expression): FunctionNode | undefined {
    let reference = resolveName(this.#sources, node)
    // Asking for types is dear, and most calls are of the language's own methods.
    if (!reference && ts.isPropertyAccessExpression(node) && this.#members.has(node.name.text)) {
      const symbol = this.#sources.checker.getSymbolAtLocation(node.name)
      reference = symbol && resolveSymbol(this.#sources, symbol)
    }
    if (reference?.kind !== 'project') return undefined
    const { declaration } = reference
    if (isFunctionNode(declaration)) return declaration
    const holds = ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration) || ts.isPropertyDeclaration(declaration)
    const initializer = holds ? declaration.initializer && unwrap(declaration.initializer) : undefined
    return initializer && isFunctionNode(initializer) ? initializer : undefined
  }

  /** Whether a property access reaches into an instance of the workflow. */
  isMember(access: ts.PropertyAccessExpression): boolean {
    if (access.expression.kind === ts.SyntaxKind.ThisKeyword) return this.isThis(access)
    if (access.expression.kind === ts.SyntaxKind.SuperKeyword) return false
    const symbol = this.#sources.checker.getSymbolAtLocation(access.name)
    const owner = symbol?.declarations?.[0]?.parent
    return owner !== undefined && this.#workflow.chain.some((type) => type === owner)
  }

  /** Whether `this` at the node is the workflow. */
  isThis(node: ts.Node): boolean {
    const container = ts.findAncestor(node, (parent) => ts.isClassLike(parent))
    return container !== undefined && this.#workflow.chain.some((type) => type === container)
  }
}

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) ||
      ts.isAccessor(node) || ts.isConstructorDeclaration(node)) && node.body !== undefined
  )
}

/** An expression without parentheses, casts and `!`. */
export function unwrap(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)
    ? unwrap(node.expression)
    : node
}

function promiseMethod(callee: ts.Expression): PromiseMethod | undefined {
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression) || callee.expression.text !== 'Promise') return undefined
  const name = callee.name.text
  return name === 'all' || name === 'allSettled' || name === 'any' || name === 'race' ? name : undefined
}

function nameOf(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : 'function'
}
