import { ts } from 'ts-morph'
import { SDK, type Sources } from '../project/sources.ts'
import { emptyRecord, evaluate } from './evaluate.ts'
import { resolveName } from './resolve-reference.ts'
import type { StaticValue } from './static-value.ts'

export interface SdkDecorator {
  readonly decorator: ts.Decorator
  readonly options: StaticValue
}

/** The decorator of that name among a declaration's, if it comes from the SDK, however it was imported. */
export function sdkDecorator(sources: Sources, node: ts.HasDecorators, name: string): SdkDecorator | undefined {
  for (const decorator of ts.getDecorators(node) ?? []) {
    const call = decorator.expression
    const callee = ts.isCallExpression(call) ? call.expression : call
    if (!isSdkExport(sources, callee, name)) continue
    const argument = ts.isCallExpression(call) ? call.arguments[0] : undefined
    return { decorator, options: argument ? evaluate(sources, argument) : emptyRecord(decorator) }
  }
  return undefined
}

/** Whether an expression names that export of the SDK. */
function isSdkExport(sources: Sources, expression: ts.Expression, name: string): boolean {
  const reference = resolveName(sources, expression)
  return reference?.kind === 'external' && reference.module === SDK && reference.name === name
}
