// The program of a class without @Run. It knows no log: it asks for steps and awaits them, so that it replays as any other.
import type { StepDefinition, WorkflowDefinition } from '@baton/sdk/host'

type Call = (step: StepDefinition, args: readonly unknown[]) => Promise<unknown>

/** How a step of the graph ended; `skipped` when a failure elsewhere kept it from starting. */
type StepEnd =
  | { readonly kind: 'succeeded'; readonly output: unknown }
  | { readonly kind: 'unsatisfied' | 'skipped' }

/** The outputs of the steps no other step comes after, by name. Throws the first failure that counts. */
export async function runDeclarative(definition: WorkflowDefinition, call: Call, input: unknown): Promise<unknown> {
  const walk = new Walk(definition.steps, call, input)
  const ends = await walk.finish()
  const needed = new Set([...definition.steps.values()].flatMap((step) => step.after))
  const outputs: Record<string, unknown> = {}
  for (const [name, end] of ends) if (!needed.has(name) && end.kind === 'succeeded') outputs[name] = end.output
  return outputs
}

class Walk {
  readonly #steps: ReadonlyMap<string, StepDefinition>
  readonly #call: Call
  readonly #input: unknown
  readonly #ends = new Map<string, Promise<StepEnd>>()
  #failure: { readonly error: unknown } | undefined
  #abort: (error: unknown) => void = () => {}

  constructor(steps: ReadonlyMap<string, StepDefinition>, call: Call, input: unknown) {
    this.#steps = steps
    this.#call = call
    this.#input = input
  }

  async finish(): Promise<ReadonlyMap<string, StepEnd>> {
    const aborted = new Promise<never>((_, reject) => {
      this.#abort = reject
    })
    aborted.catch(() => {})
    const all = Promise.all([...this.#steps.values()].filter((step) => !step.isCompensation).map(async (step) => [step.name, await this.#end(step)] as const))
    const ends = await Promise.race([all, aborted])
    if (this.#failure) throw this.#failure.error
    return new Map(ends)
  }

  #end(step: StepDefinition): Promise<StepEnd> {
    const known = this.#ends.get(step.name)
    if (known) return known
    const end = this.#run(step)
    this.#ends.set(step.name, end)
    return end
  }

  async #run(step: StepDefinition): Promise<StepEnd> {
    const before = await Promise.all(step.after.map((name) => this.#end(this.#get(name))))
    if (this.#failure) return { kind: 'skipped' }
    const satisfied = before.filter((end) => end.kind === 'succeeded').length
    const enough = step.join === 'any' ? satisfied > 0 || before.length === 0 : satisfied === before.length
    if (!enough) return { kind: 'unsatisfied' }
    const up: Record<string, unknown> = {}
    for (const [i, end] of before.entries()) if (end.kind === 'succeeded') up[step.after[i] ?? ''] = end.output
    try {
      if (step.when && !step.when(up, this.#input)) return { kind: 'unsatisfied' }
      const args = step.after.length === 0 ? [this.#input] : [up, this.#input]
      return { kind: 'succeeded', output: await this.#call(step, args) }
    } catch (error) {
      return this.#failed(step, error)
    }
  }

  #failed(step: StepDefinition, error: unknown): StepEnd {
    if (step.onFailure === 'ignore') return { kind: 'succeeded', output: undefined }
    this.#failure ??= { error }
    if (step.onFailure === 'fail_immediately') this.#abort(this.#failure.error)
    return { kind: 'skipped' }
  }

  #get(name: string): StepDefinition {
    const step = this.#steps.get(name)
    if (!step) throw new TypeError(`No step '${name}'`) // the class was checked when it was defined
    return step
  }
}
