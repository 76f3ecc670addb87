import { ownMembers, pendingMembers } from '../definition/metadata.ts'
import type { Serialized } from '../types/serializable.ts'
import { legacyName, memberName, type MethodContext } from './step.ts'

type RunMethod = (...args: never[]) => Promise<unknown>
type CheckedRun<M> = M extends (...args: infer A) => Promise<infer R>
  ? [A] extends [Serialized<A>]
    ? [R] extends [Serialized<R>]
      ? unknown
      : { 'run must return what can be serialized': R }
    : { 'run must take what can be serialized': A }
  : never

/** A method decorator for both dialects that fits a method named `run` only. */
export interface RunDecorator {
  <M extends RunMethod>(method: M & CheckedRun<M>, context: MethodContext & { name: 'run' }): void
  <M extends RunMethod>(target: object, key: 'run', descriptor: TypedPropertyDescriptor<M & CheckedRun<M>>): void
}

/**
 * Marks the method `run` as the workflow's program; it must be deterministic and do its work in steps.
 *
 * @example
 * @Run() async run(order: Order): Promise<Receipt> { const charge = await this.charge(order); … }
 */
export function Run(): RunDecorator {
  return ((target: object, where: string | symbol | ClassMethodDecoratorContext) => {
    if (typeof where === 'object') pendingMembers(where.metadata).runs.add(memberName('Run', where))
    else ownMembers(target.constructor).runs.add(legacyName('Run', target, where))
  }) as RunDecorator
}
