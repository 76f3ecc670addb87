// A figure of work that was not done right is worse than none: every workload checks what it measured, and throws.
import type pg from 'pg'
import type { Engine, Ledger } from './engines/engine.ts'
import type { Mark } from './marks.ts'

/** What `chain` and `fan` of so many steps return. */
function sumOf(steps: number): number {
  return (steps * (steps - 1)) / 2
}

export function assertResult(what: string, actual: number, steps: number): void {
  if (actual !== sumOf(steps)) throw new Error(`${what} returned ${actual} and should have returned ${sumOf(steps)}: a step was lost, repeated or mixed up.`)
}

/** The marks by execution; each must hold every step's body once. */
export function assertBodies(marks: readonly Mark[], tags: readonly string[], steps: number): ReadonlyMap<string, readonly Mark[]> {
  const byTag = Map.groupBy(marks, ({ tag }) => tag)
  for (const tag of tags) {
    const bodies = byTag.get(tag) ?? []
    const distinct = new Set(bodies.map(({ step }) => step))
    if (bodies.length !== steps || distinct.size !== steps) {
      throw new Error(`Of the ${steps} steps of '${tag}' ${distinct.size} ran, in ${bodies.length} bodies.`)
    }
  }
  if (byTag.size !== tags.length) throw new Error(`${byTag.size} executions ran, ${tags.length} were started.`)
  return byTag
}

/** Compares the engine's tables before and after; `expect` is what a workload should have added. */
export class LedgerCheck {
  readonly #engine: Engine
  readonly #admin: pg.Client
  readonly #before: Ledger | undefined

  private constructor(engine: Engine, admin: pg.Client, before: Ledger | undefined) {
    this.#engine = engine
    this.#admin = admin
    this.#before = before
  }

  static async begin(engine: Engine, admin: pg.Client): Promise<LedgerCheck> {
    return new LedgerCheck(engine, admin, await engine.ledger?.(admin))
  }

  /** Returns the rows of history added; undefined where the engine cannot be asked. */
  async assertAdded(expect: { readonly executions: number; readonly steps: number }): Promise<number | undefined> {
    const after = await this.#engine.ledger?.(this.#admin)
    if (!after || !this.#before) return undefined
    const steps = after.steps - this.#before.steps
    const distinct = after.distinctSteps - this.#before.distinctSteps
    const completed = after.completed - this.#before.completed
    if (steps !== expect.steps || distinct !== expect.steps || completed !== expect.executions) {
      throw new Error(
        `The log of '${this.#engine.name}' gained ${steps} outcomes of ${distinct} steps and ${completed} ended executions; ` +
          `${expect.steps} steps and ${expect.executions} executions were run.`,
      )
    }
    return after.rows - this.#before.rows
  }
}
