// Signals, queries and updates: methods that are called from outside while `run` waits.
import type { ZodType } from 'zod'
import { ownMembers, pendingMembers } from '../definition/metadata.ts'
import type { HandlerKind } from '../definition/workflow-definition.ts'
import type { Serialized } from '../types/serializable.ts'
import { legacyName, memberName, type MethodContext } from './step.ts'

/** Options of `@Signal` and `@Query`. */
export interface HandlerOptions<P = unknown> {
  /** Checks the first argument before anything is written, and again before the method gets it. */
  readonly payload?: ZodType<P>
}

/** Options of `@Update`. */
export interface UpdateOptions<P = unknown> extends HandlerOptions<P> {
  /**
   * The name of a method that is called with the update's arguments first; what it throws rejects the update, and nothing of
   * it is written. It must be synchronous and change nothing.
   */
  readonly validate?: string
}

type Args<M> = M extends (...args: infer A) => unknown ? A : never
type First<M> = Args<M> extends readonly [infer F, ...unknown[]] ? F : unknown
type Takes<M, P> = [Args<M>] extends [Serialized<Args<M>>]
  ? [P] extends [First<M>]
    ? unknown
    : { 'the method must take what its payload schema describes': First<M> }
  : { 'a handler must take what can be serialized': Args<M> }
type CheckedSignal<M, P> = M extends (...args: never[]) => void | Promise<void> ? Takes<M, P> : { 'a signal returns nothing': M }
type CheckedQuery<M, P> = M extends (...args: never[]) => infer R
  ? R extends PromiseLike<unknown>
    ? { 'a query answers at once: it must not be async': R }
    : [R] extends [Serialized<R>]
      ? Takes<M, P>
      : { 'a query must return what can be serialized': R }
  : never
type CheckedUpdate<M, P> = M extends (...args: never[]) => infer R
  ? [Awaited<R>] extends [Serialized<Awaited<R>>]
    ? Takes<M, P>
    : { 'an update must return what can be serialized': R }
  : never

type AnyMethod = (...args: never[]) => unknown

/** A decorator of signal methods for both dialects. */
export interface SignalDecorator<P> {
  <M extends AnyMethod>(method: M & CheckedSignal<M, P>, context: MethodContext): void
  <M extends AnyMethod>(target: object, key: string, descriptor: TypedPropertyDescriptor<M & CheckedSignal<M, P>>): void
}

/** A decorator of query methods for both dialects. */
export interface QueryDecorator<P> {
  <M extends AnyMethod>(method: M & CheckedQuery<M, P>, context: MethodContext): void
  <M extends AnyMethod>(target: object, key: string, descriptor: TypedPropertyDescriptor<M & CheckedQuery<M, P>>): void
}

/** A decorator of update methods for both dialects. */
export interface UpdateDecorator<P> {
  <M extends AnyMethod>(method: M & CheckedUpdate<M, P>, context: MethodContext): void
  <M extends AnyMethod>(target: object, key: string, descriptor: TypedPropertyDescriptor<M & CheckedUpdate<M, P>>): void
}

/**
 * Makes a method a signal: a message that is delivered once, in order per sender, whether the execution is running, parked or
 * not begun yet. It may change fields and call steps; what it throws fails the execution.
 *
 * @throws DefinitionError `InvalidOption` on a static, private or symbol-named method.
 * @example @Signal({ payload: z.string() }) approve(by: string): void { this.approvedBy = by }
 */
export function Signal<P = never>(options: HandlerOptions<P> = {}): SignalDecorator<P> {
  return decorator('Signal', 'signal', options) as SignalDecorator<P>
}

/**
 * Makes a method a query: it answers from what the execution has committed, also when it is parked or has ended. It must be
 * synchronous and change nothing.
 *
 * @throws DefinitionError `InvalidOption` on a static, private or symbol-named method.
 * @example @Query() status(): string { return this.approvedBy ? 'approved' : 'waiting' }
 */
export function Query<P = never>(options: HandlerOptions<P> = {}): QueryDecorator<P> {
  return decorator('Query', 'query', options) as QueryDecorator<P>
}

/**
 * Makes a method an update: a message with an answer. It may change fields, call steps and wait; its outcome is recorded.
 *
 * @throws DefinitionError `InvalidOption` on a static, private or symbol-named method, `UnknownMethod` at `@Workflow`.
 * @example
 * @Update({ payload: z.int(), validate: 'checkQuantity' })
 * async setQuantity(quantity: number): Promise<number> { … }
 */
export function Update<P = never>(options: UpdateOptions<P> = {}): UpdateDecorator<P> {
  return decorator('Update', 'update', options) as UpdateDecorator<P>
}

function decorator(name: string, kind: HandlerKind, options: { readonly payload?: unknown; readonly validate?: string }): unknown {
  const handler = Object.freeze({ kind, payload: options.payload as ZodType | undefined, validate: options.validate })
  return (target: object, where: string | symbol | ClassMethodDecoratorContext) => {
    if (typeof where === 'object') pendingMembers(where.metadata).handlers.set(memberName(name, where), handler)
    else ownMembers(target.constructor).handlers.set(legacyName(name, target, where), handler)
  }
}
