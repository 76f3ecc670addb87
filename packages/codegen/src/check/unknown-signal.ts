import { ts } from 'ts-morph'
import { nearestName } from '@baton/sdk/host'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { childWorkflow } from '../read/child-workflow.ts'
import { evaluate } from '../read/evaluate.ts'
import { unwrap } from '../read/follow-call.ts'
import { madeBy } from '../read/initializer.ts'
import type { Sources } from '../project/sources.ts'
import { readClass } from '../read/read-class.ts'
import { resolveIdentifier } from '../read/resolve-reference.ts'
import { sdkDecorator } from '../read/sdk-decorator.ts'
import type { Rule, RuleContext } from './rule.ts'
import { visitSdkCalls } from './workflow-code.ts'

/** A signal to a child whose class has none of that name; where the class cannot be told, nothing is said. */
export const unknownSignal: Rule = (context) => {
  const { sources } = context
  const found = new Map<ts.Node, Diagnostic>()
  visitSdkCalls(context, (_, { call }) => {
    if (call.kind !== 'signal' || !call.name) return
    const value = evaluate(sources, call.name)
    const type = addressee(context, call.to)
    if (!type || value.kind !== 'scalar' || typeof value.value !== 'string') return
    const decorated = sdkDecorator(sources, type, 'Workflow')
    if (!decorated) return
    const { handlers } = readClass(sources, type, decorated)
    if (handlers.get(value.value)?.kind === 'signal') return
    const signals = [...handlers.values()].filter(({ kind }) => kind === 'signal').map(({ name }) => name)
    const hint = nearestName(value.value, signals)
    found.set(call.name, sources.diagnostic(call.name, {
      code: 'UnknownSignal',
      message: `'${value.value}' is no signal of ${type.name?.text ?? 'the workflow'}.`,
      help: hint ? `Did you mean '${hint}'?` : signals.length > 0 ? `Its signals are: ${signals.join(', ')}.` : 'It has no signals.',
    }))
  })
  return [...found.values()]
}

/** The class of `externalExecution(child.executionId)`, if `child` was started by class. */
function addressee({ sources, calls }: RuleContext, execution: ts.Expression): ts.ClassDeclaration | undefined {
  const made = madeBy(sources, execution)
  const [argument] = ts.isCallExpression(made) ? made.arguments : []
  const handle = argument && handleOf(sources, argument)
  const started = handle && madeBy(sources, handle)
  const meaning = started && ts.isCallExpression(started) ? calls.meaning(started) : undefined
  if (meaning?.kind !== 'sdk' || meaning.call.kind !== 'child' || !meaning.call.workflow) return undefined
  return childWorkflow(sources, meaning.call.workflow).declaration
}

/** `child` of `child.executionId`, also where that was taken out by `const { executionId } = child`. */
function handleOf(sources: Sources, argument: ts.Expression): ts.Expression | undefined {
  const id = madeBy(sources, argument)
  if (ts.isPropertyAccessExpression(id)) return id.name.text === 'executionId' ? unwrap(id.expression) : undefined
  const reference = ts.isIdentifier(id) ? resolveIdentifier(sources, id) : undefined
  const element = reference?.kind === 'project' && ts.isBindingElement(reference.declaration) ? reference.declaration : undefined
  const isId = element && (element.propertyName ?? element.name).getText() === 'executionId'
  const declaration = isId ? element.parent.parent : undefined
  return declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined
}
