import { defineWorkflow } from '../definition/define-workflow.ts'
import { attachMembers, writeWorkflow } from '../definition/metadata.ts'
import type { AttributeTypes } from '../types/attributes.ts'
import type { WorkflowOptions } from '../types/options.ts'

/** `unknown` where the class fits the schemas; else a type whose only property says why not. */
export type CheckedWorkflow<T, I, O> = T extends { run(input: infer P): Promise<infer R> }
  ? [I] extends [P]
    ? [R] extends [O]
      ? unknown
      : { 'run must return what the output schema describes': R }
    : { 'run must take what the input schema describes': P }
  : unknown

/** `unknown` where the static `attributes`, if there are any, say types; else a type whose only property says why not. */
export type CheckedAttributes<C> = C extends { readonly attributes: infer A }
  ? A extends AttributeTypes
    ? unknown
    : { "static attributes are 'keyword', 'keywords', 'number', 'boolean' or 'datetime' by name, and end with `as const`": A }
  : unknown

/** `unknown` where `run` takes what every trigger gives; else a type whose only property says why not. */
export type CheckedTriggers<T, G> = T extends { run(input: infer P): Promise<unknown> }
  ? [G] extends [P]
    ? unknown
    : { 'run must take what the triggers give': P }
  : unknown

/** A class decorator for both dialects. */
export interface WorkflowDecorator<I, O, G> {
  <C extends abstract new (...args: never[]) => object>(
    target: C & CheckedWorkflow<InstanceType<C>, I, O> & CheckedTriggers<InstanceType<C>, G> & CheckedAttributes<C>,
    context?: ClassDecoratorContext<C>,
  ): void
}

/**
 * Makes a class a workflow, and checks it: a class that could not run is refused here.
 *
 * With a method `@Run() run`, that is the program; without one, the steps and their `after` are.
 *
 * Search attributes are declared in `static readonly attributes = { customer: 'keyword', total: 'number' } as const`.
 *
 * @throws DefinitionError `InvalidName`, `NoSteps`, `RunWithAfter`, `UnknownStep`, `CyclicSteps`, `InvalidOption`,
 * `InvalidDuration`, `InvalidTrigger`.
 * @example @Workflow({ name: 'order', input: Order, output: Receipt }) export class OrderWorkflow { … }
 */
export function Workflow<I = never, O = unknown, G = never>(options: WorkflowOptions<I, O, G>): WorkflowDecorator<I, O, G> {
  return ((target: abstract new (...args: never[]) => object, context?: ClassDecoratorContext) => {
    if (context?.kind === 'class') attachMembers(target, context.metadata)
    writeWorkflow(target, Object.freeze({ ...options }) as WorkflowOptions<never, never, never>)
    const definition = defineWorkflow(target)
    // Attributes are a static field: by the TC39 dialect it is there when initializers run, by the legacy one it is already.
    const checkAttributes = (): void => void definition.attributes
    if (context?.kind === 'class') context.addInitializer(checkAttributes)
    else checkAttributes()
  }) as WorkflowDecorator<I, O, G>
}
