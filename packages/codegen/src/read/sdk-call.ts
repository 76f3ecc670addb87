import { ts } from 'ts-morph'
import { SDK, type Sources } from '../project/sources.ts'
import { resolveName } from './resolve-reference.ts'
import { optionExpression } from './option-expression.ts'

/** A call of what the SDK offers to workflow code. */
export type SdkCall =
  | { readonly kind: 'sleep' | 'sleepUntil'; readonly until: ts.Expression | undefined }
  | { readonly kind: 'condition'; readonly predicate: ts.Expression | undefined; readonly timeout: ts.Expression | undefined }
  | { readonly kind: 'child'; readonly waits: boolean; readonly workflow: ts.Expression | undefined; readonly options: ts.Expression | undefined }
  | { readonly kind: 'childResult'; readonly handle: ts.Expression }
  | {
      readonly kind: 'forEach'
      readonly items: ts.Expression | undefined
      readonly options: ts.Expression | undefined
      readonly body: ts.Expression | undefined
    }
  | {
      readonly kind: 'approval'
      readonly name: ts.Expression | undefined
      readonly timeout: ts.Expression | undefined
      readonly notify: ts.Expression | undefined
    }
  | { readonly kind: 'token' }
  | { readonly kind: 'tokenWait'; readonly token: ts.Expression; readonly timeout: ts.Expression | undefined }
  | { readonly kind: 'scope'; readonly mode: ScopeMode; readonly timeout: ts.Expression | undefined; readonly body: ts.Expression | undefined }
  | { readonly kind: 'signal'; readonly to: ts.Expression; readonly name: ts.Expression | undefined }
  | { readonly kind: 'stop'; readonly to: ts.Expression }
  | { readonly kind: 'compensate' }
  | { readonly kind: 'continueAsNew'; readonly input: ts.Expression | undefined }
  | { readonly kind: 'patched'; readonly id: ts.Expression | undefined }
  /** `Items.pages(fetch)`: `fetch` runs while a forEach goes on. */
  | { readonly kind: 'pages'; readonly fetch: ts.Expression | undefined }
  /** Something that leaves a trace and does not suspend: `publish`, `random`, `uuid` and their like. */
  | { readonly kind: 'trace' }
  /** Something that only looks: `now`, `executionInfo` and their like. */
  | { readonly kind: 'look' }

type ScopeMode = 'cancellable' | 'nonCancellable' | 'withTimeout' | ts.Expression

const TRACES = new Set(['deprecatePatch', 'publish', 'random', 'setAttributes', 'uuid'])
const LOOKS = new Set(['executionInfo', 'externalExecution', 'now'])
/** What neither suspends the program nor ends its run. */
const PASSING: ReadonlySet<SdkCall['kind']> = new Set(['look', 'pages', 'patched', 'trace'])

/** What a call means, if what it calls comes from the SDK. */
export function sdkCall(sources: Sources, call: ts.CallExpression, callee: ts.Expression): SdkCall | undefined {
  const reference = resolveName(sources, callee)
  if (reference) return reference.kind === 'external' && reference.module === SDK ? exported(reference.name, call) : undefined
  if (!ts.isPropertyAccessExpression(callee)) return undefined
  const { expression: object, name } = callee
  return onClass(sources, call, object, name.text) ?? onInstance(sources, call, object, name.text)
}

function exported(name: string, { arguments: args }: ts.CallExpression): SdkCall | undefined {
  const [first, second, third] = args
  switch (name) {
    case 'sleep':
    case 'sleepUntil':
      return { kind: name, until: first }
    case 'condition':
      return { kind: 'condition', predicate: first, timeout: second }
    case 'startChild':
    case 'executeChild':
      return { kind: 'child', waits: name === 'executeChild', workflow: first, options: second }
    case 'forEach':
    case 'forEachCounted':
      return { kind: 'forEach', items: first, options: second, body: third }
    case 'approval':
      return { kind: 'approval', name: first, timeout: optionExpression(second, 'timeout'), notify: optionExpression(second, 'notify') }
    case 'externalToken':
      return { kind: 'token' }
    case 'compensate':
      return { kind: 'compensate' }
    case 'continueAsNew':
      return { kind: 'continueAsNew', input: first }
    case 'patched':
      return { kind: 'patched', id: first }
    default:
      return TRACES.has(name) ? { kind: 'trace' } : LOOKS.has(name) ? { kind: 'look' } : undefined
  }
}

const SCOPES = ['cancellable', 'nonCancellable', 'withTimeout'] as const

/** `CancellationScope.withTimeout('10s', …)`, `Items.pages(…)`. */
function onClass(sources: Sources, { arguments: args }: ts.CallExpression, object: ts.Expression, method: string): SdkCall | undefined {
  const mode = SCOPES.find((one) => one === method)
  if (!mode && method !== 'pages') return undefined
  const reference = resolveName(sources, object)
  if (reference?.kind !== 'external' || reference.module !== SDK) return undefined
  const [first, second] = args
  if (!mode) return reference.name === 'Items' ? { kind: 'pages', fetch: first } : undefined
  if (reference.name !== 'CancellationScope') return undefined
  return mode === 'withTimeout'
    ? { kind: 'scope', mode, timeout: first, body: second }
    : { kind: 'scope', mode, timeout: undefined, body: first }
}

/** The classes and interfaces of the SDK whose methods suspend, by method: types are asked for only where the name fits. */
const OWNERS: Readonly<Record<string, string>> = {
  result: 'ChildHandle', wait: 'ExternalToken', run: 'CancellationScope', signal: 'ExternalExecution', stop: 'ExternalExecution',
}

function onInstance(sources: Sources, { arguments: args }: ts.CallExpression, object: ts.Expression, method: string): SdkCall | undefined {
  const owner = Object.hasOwn(OWNERS, method) ? OWNERS[method] : undefined
  if (owner === undefined || object.kind === ts.SyntaxKind.ThisKeyword || !isInstance(sources, object, owner)) return undefined
  const [first] = args
  switch (method) {
    case 'result':
      return { kind: 'childResult', handle: object }
    case 'wait':
      return { kind: 'tokenWait', token: object, timeout: first }
    case 'run':
      return { kind: 'scope', mode: object, timeout: undefined, body: first }
    case 'signal':
      return { kind: 'signal', to: object, name: first }
    default:
      return { kind: 'stop', to: object }
  }
}

function isInstance(sources: Sources, object: ts.Expression, owner: string): boolean {
  // `handle?.result()`: without a handle nothing is called.
  const symbol = sources.checker.getNonNullableType(sources.checker.getTypeAtLocation(object)).getSymbol()
  const file = symbol?.declarations?.[0]?.getSourceFile()
  return symbol?.name === owner && file !== undefined && sources.packageOf(file) === SDK
}

/** Whether the call can suspend the program or end its run, as steps do: what graphs show. */
export function suspends({ kind }: SdkCall): boolean {
  return !PASSING.has(kind)
}

/** Whether the call gives a promise that somebody must hold. */
export function givesPromise(call: SdkCall): boolean {
  return suspends(call) && call.kind !== 'continueAsNew'
}
