import type { HandlerDefinition, StepDefinition, WorkflowDefinition } from '@baton/sdk/host'
import { type Behaviour, InvalidPayload, UnknownHandler } from './behaviour.ts'

/** An instance of a workflow class, as what its handlers are called on. */
export type Methods = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

/** The handlers of a workflow class on one instance. */
export class ClassBehaviour implements Behaviour {
  readonly #definition: WorkflowDefinition
  readonly #instance: Methods

  constructor(definition: WorkflowDefinition, instance: Methods) {
    this.#definition = definition
    this.#instance = instance
  }

  get listens(): boolean {
    return this.#definition.signals.size > 0 || this.#definition.updates.size > 0
  }

  /** A signal that the class does not have, or that does not fit, stays in the log and changes nothing: nobody can mend it now. */
  signal(name: string, args: readonly unknown[]): unknown {
    const handler = this.#definition.signals.get(name)
    if (!handler) return undefined
    const parsed = parse('signal', handler, args)
    return 'refused' in parsed ? undefined : this.#call(name, parsed.args)
  }

  validate(name: string, args: readonly unknown[]): void {
    const handler = this.#definition.updates.get(name)
    if (!handler) throw new UnknownHandler('update', name, [...this.#definition.updates.keys()], this.#definition.name)
    const parsed = parse('update', handler, args)
    if ('refused' in parsed) throw parsed.refused
    if (handler.validate !== undefined) this.#call(handler.validate, parsed.args)
  }

  update(name: string, args: readonly unknown[]): unknown {
    const handler = this.#definition.updates.get(name)
    if (!handler) throw new UnknownHandler('update', name, [...this.#definition.updates.keys()], this.#definition.name)
    const parsed = parse('update', handler, args)
    if ('refused' in parsed) throw parsed.refused
    return this.#call(name, parsed.args)
  }

  query(name: string, args: readonly unknown[]): unknown {
    const handler = this.#definition.queries.get(name)
    if (!handler) throw new UnknownHandler('query', name, [...this.#definition.queries.keys()], this.#definition.name)
    const parsed = parse('query', handler, args)
    if ('refused' in parsed) throw parsed.refused
    return this.#call(name, parsed.args)
  }

  step(name: string): StepDefinition | undefined {
    return this.#definition.steps.get(name)
  }

  #call(method: string, args: readonly unknown[]): unknown {
    return this.#instance[method]?.(...args)
  }
}

/** The arguments as the method gets them: the first as its schema makes it. */
export function parse(
  kind: 'signal' | 'query' | 'update', { name, payload }: HandlerDefinition, args: readonly unknown[],
): { readonly args: readonly unknown[] } | { readonly refused: InvalidPayload } {
  if (!payload) return { args }
  const parsed = payload.safeParse(args[0])
  if (!parsed.success) return { refused: new InvalidPayload(kind, name, describeIssues(parsed.error)) }
  return { args: [parsed.data, ...args.slice(1)] }
}

export function describeIssues({ issues }: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }): string {
  return issues.map((issue) => `${issue.path.map(String).join('.') || 'it'}: ${issue.message}`).join('; ')
}
