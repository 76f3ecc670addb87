import { ts } from 'ts-morph'
import { type Calls, type FunctionNode, isFunctionNode } from './follow-call.ts'
import { suspends } from './sdk-call.ts'

/** Which code of a workflow leads to steps or waits, through however many helpers. */
export class Reach {
  readonly #calls: Calls
  readonly #known = new Map<FunctionNode, boolean>()

  constructor(calls: Calls) {
    this.#calls = calls
  }

  /** Whether running the node (not: the functions it merely makes) can come to a step or a wait. */
  leadsToStep(node: ts.Node): boolean {
    return this.#search(node, new Set())
  }

  /** Whether calling the function can. */
  functionLeadsToStep(target: FunctionNode): boolean {
    const known = this.#known.get(target)
    if (known !== undefined) return known
    const found = this.#search(target.body, new Set([target]))
    this.#known.set(target, found)
    return found
  }

  /** Names of the steps the node calls, in order, each once. */
  stepsIn(node: ts.Node): readonly string[] {
    const names = new Set<string>()
    this.#collect(node, names, new Set())
    return [...names]
  }

  #collect(node: ts.Node, names: Set<string>, open: Set<FunctionNode>): void {
    if (ts.isCallExpression(node)) {
      const meaning = this.#calls.meaning(node)
      if (meaning.kind === 'step') names.add(meaning.name)
      if (meaning.kind === 'function' && !open.has(meaning.target)) {
        open.add(meaning.target)
        this.#collect(meaning.target.body, names, open)
      }
    } else if (ts.isExpression(node) && ts.isPropertyAccessExpression(node)) {
      const step = isArgument(node) ? this.#calls.stepNamed(node) : undefined
      if (step !== undefined) names.add(step)
    }
    ts.forEachChild(node, (child) => {
      if (!isDeclaredOnly(child)) this.#collect(child, names, open)
    })
  }

  #search(node: ts.Node, open: Set<FunctionNode>): boolean {
    if (isDeclaredOnly(node) || ts.isTypeNode(node)) return false
    if (ts.isCallExpression(node)) {
      const meaning = this.#calls.meaning(node)
      if (meaning.kind === 'step' || (meaning.kind === 'sdk' && suspends(meaning.call))) return true
      if (meaning.kind === 'function' && !open.has(meaning.target)) {
        open.add(meaning.target)
        if (this.#search(meaning.target.body, open)) return true
      }
    }
    if (ts.isPropertyAccessExpression(node) && isArgument(node) && this.#calls.stepNamed(node) !== undefined) return true
    return ts.forEachChild(node, (child) => this.#search(child, open) || undefined) ?? false
  }
}

/** A step handed on uncalled: `items.map(this.pack)`. */
function isArgument(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression !== node
}

/** A function that is made here but runs only where it is called; one handed to a call or called at once runs here. */
function isDeclaredOnly(node: ts.Node): boolean {
  if (ts.isClassLike(node)) return true
  if (!isFunctionNode(node)) return false
  let parent = node.parent
  while (ts.isParenthesizedExpression(parent)) parent = parent.parent
  return !ts.isCallExpression(parent)
}
