import { ts } from 'ts-morph'
import { unwrap } from '../read/follow-call.ts'
import { isDrawn } from './drawn.ts'
import type { OpenEnd } from './graph-draft.ts'
import { textOr } from './label.ts'
import { oneLine } from './one-line.ts'
import type { Path } from './path.ts'
import type { Walker } from './walker.ts'

/** `if`, with a chain of `else if` drawn as branches that meet in one place. */
export function drawIf(walker: Walker, node: ts.IfStatement, path: Path): void {
  walker.expression(node.expression, path)
  if (!isDrawn(walker, node.thenStatement) && !isDrawn(walker, node.elseStatement)) return
  const id = branch(walker, node.expression, 'if', path)
  meet(id, path, drawArms(walker, node, id, path))
}

function drawArms(walker: Walker, node: ts.IfStatement, id: string, path: Path): readonly Path[] {
  const yes = path.fork([{ from: id, label: 'true' }])
  walker.statement(node.thenStatement, yes)
  const no = path.fork([{ from: id, label: 'false' }])
  const other = node.elseStatement
  if (!other) return [yes, no]
  if (!ts.isIfStatement(other) || !isDrawn(walker, other)) {
    walker.statement(other, no)
    return [yes, no]
  }
  walker.expression(other.expression, no)
  const next = branch(walker, other.expression, 'if', no)
  return [yes, ...drawArms(walker, other, next, no)]
}

/** `a ? b : c` with steps in `b` or `c`. */
export function drawConditional(walker: Walker, node: ts.ConditionalExpression, path: Path): void {
  walker.expression(node.condition, path)
  if (!walker.reach.leadsToStep(node.whenTrue) && !walker.reach.leadsToStep(node.whenFalse)) return
  const id = branch(walker, node.condition, 'if', path)
  const yes = path.fork([{ from: id, label: 'true' }])
  walker.expression(node.whenTrue, yes)
  const no = path.fork([{ from: id, label: 'false' }])
  walker.expression(node.whenFalse, no)
  meet(id, path, [yes, no])
}

const SHORT_CIRCUIT = new Map<ts.SyntaxKind, { readonly goesOn: string; readonly stops: string }>([
  [ts.SyntaxKind.AmpersandAmpersandToken, { goesOn: 'true', stops: 'false' }],
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, { goesOn: 'true', stops: 'false' }],
  [ts.SyntaxKind.BarBarToken, { goesOn: 'false', stops: 'true' }],
  [ts.SyntaxKind.BarBarEqualsToken, { goesOn: 'false', stops: 'true' }],
  [ts.SyntaxKind.QuestionQuestionToken, { goesOn: 'missing', stops: 'present' }],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, { goesOn: 'missing', stops: 'present' }],
])

/** `&&`, `||`, `??` and their assignments; other operators are just their operands. */
export function drawBinary(walker: Walker, node: ts.BinaryExpression, path: Path): void {
  walker.expression(node.left, path)
  const short = SHORT_CIRCUIT.get(node.operatorToken.kind)
  if (!short || !walker.reach.leadsToStep(node.right)) return walker.expression(node.right, path)
  const id = branch(walker, node.left, 'if', path)
  const goesOn = path.fork([{ from: id, label: short.goesOn }])
  walker.expression(node.right, goesOn)
  meet(id, path, [goesOn, path.fork([{ from: id, label: short.stops }])])
}

/** `switch`; clauses without statements share an edge with the next. */
export function drawSwitch(walker: Walker, node: ts.SwitchStatement, path: Path): void {
  walker.expression(node.expression, path)
  const { clauses } = node.caseBlock
  if (!clauses.some((clause) => clause.statements.some((statement) => isDrawn(walker, statement)))) return
  const id = branch(walker, node.expression, 'switch', path)
  const left: OpenEnd[] = []
  const arm = path.fork([], {
    ...path.exits,
    break: (at, label) => {
      if (label !== undefined || at.graph !== path.graph) return path.exits.break(at, label)
      left.push(...at.open)
      at.open = []
    },
  })
  let labels: string[] = []
  for (const clause of clauses) {
    labels.push(ts.isCaseClause(clause) ? oneLine(clause.expression) : 'default')
    if (clause.statements.length === 0 && clause !== clauses.at(-1)) continue
    arm.open = [...arm.open, { from: id, label: labels.join(', ') }]
    labels = []
    for (const statement of clause.statements) walker.statement(statement, arm)
  }
  const unmatched = clauses.some(ts.isDefaultClause) ? [] : [{ from: id, label: 'default' }]
  meet(id, path, [arm, path.fork(left), path.fork(unmatched)])
}

function branch(walker: Walker, condition: ts.Expression, word: string, path: Path): string {
  const text = oneLine(condition)
  const patch = patchOf(walker, condition)
  const id = walker.ids.take(patch === undefined ? `${word}:${text}` : `patched:${patch}`)
  path.add(id, { kind: patch === undefined ? 'branch' : 'patched', label: patch ?? text, source: walker.sources.positionOf(condition) })
  return id
}

/** The id of a patch, where it alone decides. */
function patchOf(walker: Walker, condition: ts.Expression): string | undefined {
  const node = unwrap(condition)
  const meaning = ts.isCallExpression(node) ? walker.calls.meaning(node) : undefined
  return meaning?.kind === 'sdk' && meaning.call.kind === 'patched' ? textOr(meaning.call.id, '') : undefined
}

/** Goes on where the paths that have not ended meet. */
function meet(id: string, path: Path, arms: readonly Path[]): void {
  path.open = arms.flatMap((arm) => arm.open)
  if (path.open.length > 1) path.add(`merge:${id}`, { kind: 'merge' })
}
