import { ownMembers, pendingMembers } from '../definition/metadata.ts'
import { DefinitionError } from '../errors/definition-error.ts'
import type { StepOptions } from '../types/options.ts'
import type { Serialized } from '../types/serializable.ts'

type AnyMethod = (...args: never[]) => unknown

/** `unknown` where the method can be a step; else a type whose only property says why not. */
export type CheckedStep<M> = M extends (...args: infer A) => infer P
  ? P extends Promise<infer R>
    ? [A] extends [Serialized<A>]
      ? [R] extends [Serialized<R>]
        ? unknown
        : { 'a step must return what can be serialized: no function, symbol, promise or instance with methods': R }
      : { 'a step must take what can be serialized: no function, symbol, promise or instance with methods': A }
    : { 'a step must be async': P }
  : never

/**
 * `unknown` where step `C` of class `T` can undo `M`; else a type whose only property says why not. A name that is no public
 * member is left to the check of the class, which knows all steps.
 */
export type CheckedCompensation<T, C extends string, M> = [C] extends [keyof T]
  ? M extends (...args: infer A) => Promise<infer R>
    ? T[C] extends (output: R, ...args: A) => Promise<unknown>
      ? unknown
      : { 'the step that compensates must take (output, ...args) of this one': [output: R, ...args: A] }
    : unknown
  : unknown

/** A plain method: not static, private or named by a symbol. */
export type MethodContext<T = unknown> = ClassMethodDecoratorContext<T> & { name: string; static: false; private: false }

/** A method decorator for both dialects. */
export interface StepDecorator<C extends string = never> {
  <T, M extends AnyMethod>(method: M & CheckedStep<M> & CheckedCompensation<T, C, M>, context: MethodContext<T>): void
  <T extends object, M extends AnyMethod>(
    target: T,
    key: string,
    descriptor: TypedPropertyDescriptor<M & CheckedStep<M> & CheckedCompensation<T, C, M>>,
  ): void
}

/**
 * Makes an async method a step: its outcome is recorded once, and never run again once recorded.
 *
 * Arguments and result pass through the log, so they must be serializable: JSON, Date, Map, Set, BigInt, typed arrays,
 * Error. The method may be called several times (at least once); `stepContext().idempotencyKey` is the same each time.
 *
 * @throws DefinitionError `InvalidOption` on a static, private or symbol-named method, or options out of range.
 * @example
 * @Step({ retry: { maxAttempts: 5 }, timeout: '30s' })
 * async charge(order: Order): Promise<Charge> { return this.payments.charge(order, stepContext().idempotencyKey) }
 */
export function Step<const C extends string = never>(options: StepOptions & { readonly compensate?: C } = {}): StepDecorator<C> {
  const frozen = Object.freeze({ ...options })
  return ((target: object, where: string | symbol | ClassMethodDecoratorContext) => {
    if (typeof where === 'object') {
      pendingMembers(where.metadata).steps.set(memberName('Step', where), frozen)
    } else {
      ownMembers(target.constructor).steps.set(legacyName('Step', target, where), frozen)
    }
  }) as StepDecorator<C>
}

/** The name of a decorated method, refused where the engine could not call it. */
export function memberName(decorator: string, context: ClassMethodDecoratorContext): string {
  if (context.static || context.private || typeof context.name === 'symbol') {
    throw new DefinitionError(
      'InvalidOption',
      `@${decorator} stands on ${String(context.name)}, which is static, private or named by a symbol; it needs a plain method.`,
    )
  }
  return context.name
}

/** The same for the legacy dialect, where a static member is told by its target. */
export function legacyName(decorator: string, target: object, key: string | symbol): string {
  if (typeof target === 'function' || typeof key === 'symbol') {
    throw new DefinitionError(
      'InvalidOption',
      `@${decorator} stands on ${String(key)}, which is static or named by a symbol; it needs a plain method.`,
    )
  }
  return key
}
