// Draws the program of a workflow. Only what leads to steps, waits and jumps appears; helpers are drawn where they are
// called, so that a step in a helper called twice is two nodes, as it is two commands at run time.
import { ts } from 'ts-morph'
import type { ManifestGraph } from '@baton/sdk/manifest'
import type { Sources } from '../project/sources.ts'
import { type Calls, type FunctionNode, isFunctionNode } from '../read/follow-call.ts'
import type { Reach } from '../read/reach.ts'
import { drawBinary, drawConditional, drawIf, drawSwitch } from './draw-branch.ts'
import { drawCall } from './draw-call.ts'
import { drawLoop } from './draw-loop.ts'
import { drawTry } from './draw-try.ts'
import { GraphDraft, type OpenEnd } from './graph-draft.ts'
import { NodeIds } from './node-ids.ts'
import { oneLine } from './one-line.ts'
import { type Exits, Path } from './path.ts'
import type { Walker } from './walker.ts'

/** The graph of `run`, or of a handler: then `prefix` keeps its ids apart. */
export function imperativeGraph(sources: Sources, calls: Calls, reach: Reach, program: FunctionNode, prefix = ''): ManifestGraph {
  return new RunWalker(sources, calls, reach, prefix).draw(program)
}

class RunWalker implements Walker {
  readonly sources: Sources
  readonly calls: Calls
  readonly reach: Reach
  readonly ids: NodeIds
  readonly #prefix: string
  /** Functions being drawn, so that recursion ends. */
  readonly #open: FunctionNode[] = []

  constructor(sources: Sources, calls: Calls, reach: Reach, prefix: string) {
    this.ids = new NodeIds(prefix)
    this.#prefix = prefix
    this.sources = sources
    this.calls = calls
    this.reach = reach
  }

  draw(run: FunctionNode): ManifestGraph {
    const graph = new GraphDraft(this.#prefix, true)
    const path = new Path(graph, this.#runExits())
    this.#open.push(run)
    this.#body(run, path)
    return graph.finish(path.open)
  }

  #runExits(): Exits {
    return {
      return: (path, statement) => {
        const label = statement.expression && oneLine(statement.expression)
        path.add(this.ids.take('return'), { kind: 'return', label, source: this.sources.positionOf(statement) })
        if (path.graph.top) path.graph.connect(path.open, path.graph.end)
        else path.graph.returns = true
        path.open = []
      },
      break: () => {},
      continue: () => {},
    }
  }

  statement(node: ts.Statement, path: Path, name?: string): void {
    if (path.open.length === 0) return
    if (ts.isBlock(node)) for (const statement of node.statements) this.statement(statement, path)
    else if (ts.isExpressionStatement(node)) this.expression(node.expression, path)
    else if (ts.isVariableStatement(node)) for (const one of node.declarationList.declarations) this.expression(one.initializer, path)
    else if (ts.isIfStatement(node)) drawIf(this, node, path)
    else if (ts.isSwitchStatement(node)) drawSwitch(this, node, path)
    else if (ts.isIterationStatement(node, false)) drawLoop(this, node, path, name)
    else if (ts.isTryStatement(node)) drawTry(this, node, path)
    else if (ts.isLabeledStatement(node)) this.#labeled(node, path)
    else if (ts.isReturnStatement(node)) {
      this.expression(node.expression, path)
      if (path.open.length > 0) path.exits.return(path, node)
    } else if (ts.isThrowStatement(node)) this.#throw(node, path)
    else if (ts.isBreakStatement(node)) path.exits.break(path, node.label?.text)
    else if (ts.isContinueStatement(node)) path.exits.continue(path, node.label?.text)
  }

  expression(node: ts.Expression | undefined, path: Path): void {
    if (!node || !this.reach.leadsToStep(node)) return
    if (ts.isCallExpression(node)) drawCall(this, node, path)
    else if (ts.isConditionalExpression(node)) drawConditional(this, node, path)
    else if (ts.isBinaryExpression(node)) drawBinary(this, node, path)
    else ts.forEachChild(node, (child) => this.#inside(child, path))
  }

  inline(target: FunctionNode, name: string, path: Path): void {
    if (this.#open.includes(target)) {
      const label = `recursion: ${name}`
      return path.add(this.ids.take(`loop:${label}`), { kind: 'loop', label, source: this.sources.positionOf(target) })
    }
    const left: OpenEnd[] = []
    const inner = path.fork(path.open, {
      return: (at) => {
        if (at.graph !== path.graph) return at.jump('return')
        left.push(...at.open)
        at.open = []
      },
      break: () => {},
      continue: () => {},
    })
    this.#open.push(target)
    this.#body(target, inner)
    this.#open.pop()
    path.open = [...inner.open, ...left]
  }

  #body(target: FunctionNode, path: Path): void {
    if (ts.isBlock(target.body)) this.statement(target.body, path)
    else this.expression(target.body, path)
  }

  /** Parts of an expression that are no expressions themselves: properties, spans, spreads. */
  #inside(child: ts.Node, path: Path): void {
    if (isFunctionNode(child) || ts.isClassLike(child) || ts.isTypeNode(child)) return
    if (ts.isExpression(child)) this.expression(child, path)
    else ts.forEachChild(child, (inner) => this.#inside(inner, path))
  }

  #throw(node: ts.ThrowStatement, path: Path): void {
    this.expression(node.expression, path)
    if (path.open.length === 0) return
    const label = oneLine(node.expression)
    path.add(this.ids.take(`throw:${label}`), { kind: 'throw', label, source: this.sources.positionOf(node) })
    path.open = []
  }

  #labeled(node: ts.LabeledStatement, path: Path): void {
    const name = node.label.text
    if (ts.isIterationStatement(node.statement, false)) return this.statement(node.statement, path, name)
    const left: OpenEnd[] = []
    const inner = path.fork(path.open, {
      ...path.exits,
      break: (at, label) => {
        if (label !== name || at.graph !== path.graph) return path.exits.break(at, label)
        left.push(...at.open)
        at.open = []
      },
    })
    this.statement(node.statement, inner)
    path.open = [...inner.open, ...left]
  }
}
