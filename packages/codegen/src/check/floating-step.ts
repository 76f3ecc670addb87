import { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { unwrap } from '../read/follow-call.ts'
import { programsOf } from '../read/programs.ts'
import { givesPromise } from '../read/sdk-call.ts'
import type { Rule, RuleContext } from './rule.ts'
import { reachedFunctions } from './workflow-code.ts'

/** A step, wait or helper with steps whose promise nobody holds: its failure is lost, and `run` may end before it. */
export const floatingStep: Rule = (context) => {
  const targets = programsOf(context.workflow).flatMap(({ body }) => reachedFunctions(context.calls, body).map(({ target }) => target))
  return [...new Set(targets)].flatMap((target) => floatingIn(context, target.body))
}

function floatingIn(context: RuleContext, body: ts.Node): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node)) for (const call of dropped(node.expression)) found.push(...reportIfStep(context, call))
    ts.forEachChild(node, visit)
  }
  visit(body)
  return found
}

/** Calls whose result the statement drops. */
function dropped(expression: ts.Expression): readonly ts.CallExpression[] {
  const node = unwrap(expression)
  if (ts.isVoidExpression(node)) return dropped(node.expression)
  if (ts.isConditionalExpression(node)) return [...dropped(node.whenTrue), ...dropped(node.whenFalse)]
  if (ts.isBinaryExpression(node)) {
    const { CommaToken, AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken } = ts.SyntaxKind
    const { kind } = node.operatorToken
    if (kind === CommaToken) return [...dropped(node.left), ...dropped(node.right)]
    return kind === AmpersandAmpersandToken || kind === BarBarToken || kind === QuestionQuestionToken ? dropped(node.right) : []
  }
  return ts.isCallExpression(node) ? [node] : []
}

function reportIfStep(context: RuleContext, call: ts.CallExpression): readonly Diagnostic[] {
  const { sources, calls, reach } = context
  const meaning = calls.meaning(call)
  const report = (what: string, help: string): readonly Diagnostic[] => [
    sources.diagnostic(call, {
      code: 'FloatingStep',
      message: `${what} is neither awaited, returned nor stored: its failure would be lost, and run could end before it.`,
      help,
    }),
  ]
  if (meaning.kind === 'step') return report(`The step '${meaning.name}'`, `Write await ${oneLine(call)}.`)
  if (meaning.kind === 'sdk') return givesPromise(meaning.call) ? report(`${meaning.name}()`, `Write await ${oneLine(call)}.`) : []
  if (meaning.kind === 'promises') {
    return reach.leadsToStep(call) ? report(`Promise.${meaning.method}() with steps`, `Write await Promise.${meaning.method}(…).`) : []
  }
  if (meaning.kind === 'function') {
    const isPromise = sources.checker.getTypeAtLocation(call).getSymbol()?.name === 'Promise'
    if (!isPromise || !reach.functionLeadsToStep(meaning.target)) return []
    return report(`${meaning.name}(), which calls steps,`, `Write await ${oneLine(call)}.`)
  }
  return chained(call, (inner) => reportIfStep(context, inner)) ?? iterated(call, report, reach)
}

/** `this.step().catch(…)` drops the promise of the chain. */
function chained(call: ts.CallExpression, report: (call: ts.CallExpression) => readonly Diagnostic[]): readonly Diagnostic[] | undefined {
  const callee = unwrap(call.expression)
  if (!ts.isPropertyAccessExpression(callee) || !['then', 'catch', 'finally'].includes(callee.name.text)) return undefined
  const inner = unwrap(callee.expression)
  return ts.isCallExpression(inner) ? report(inner) : []
}

/** `items.forEach(async item => …)` drops a promise each turn. */
function iterated(
  call: ts.CallExpression,
  report: (what: string, help: string) => readonly Diagnostic[],
  reach: RuleContext['reach'],
): readonly Diagnostic[] {
  const callee = unwrap(call.expression)
  if (!ts.isPropertyAccessExpression(callee) || !['forEach', 'map'].includes(callee.name.text) || !reach.leadsToStep(call)) return []
  const callback = call.arguments[0] && unwrap(call.arguments[0])
  // Calls that the callback's own statements drop are reported where they stand.
  if (callback && ts.isArrowFunction(callback) && ts.isBlock(callback.body) && !callback.modifiers?.length) return []
  return report(`${callee.name.text}() with steps`, 'Write await Promise.all(items.map(…)), or a for loop to go one by one.')
}

function oneLine(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
