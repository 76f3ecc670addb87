import { DefinitionError } from '../errors/definition-error.ts'
import { ForEachFailed } from '../errors/execution-errors.ts'
import type { ForEachOutcome, ForEachSource } from '../host.ts'
import { type Duration, parseDuration } from '../types/duration.ts'
import { workflowScope } from './workflow-scope.ts'

/** Options of `forEach`. */
export interface ForEachOptions {
  /** How many iterations run at once; default 20. */
  readonly concurrency?: number
  /** Keeps the iterations that run within `concurrency` of the first that has not ended; default `false`. */
  readonly ordered?: boolean
  /**
   * What a failed iteration means: `'fail_after_running'` (default) begins no other and waits for those that run,
   * `'fail_immediately'` cancels them, `'ignore'` goes on and leaves `undefined` in the results.
   */
  readonly onFailure?: 'fail_after_running' | 'fail_immediately' | 'ignore'
  /** How often an iteration is tried, its steps' own retries aside; default once, 1 s apart. */
  readonly retry?: { readonly maxAttempts: number; readonly delay?: Duration }
  /** Part of the commands' identity; needed only where two forEach of one workflow may swap places; default `'forEach'`. */
  readonly name?: string
}

/** A page of a source too large to be had at once. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Given to the next fetch; undefined after the last page. */
  readonly next?: unknown
}

/** Items that come by pages, or all combinations of several lists, for `forEach`. */
export class Items<T> {
  /** @internal */
  readonly source: ForEachSource
  /** Makes the two sorts differ for the compiler. */
  declare readonly item: T

  private constructor(source: ForEachSource) {
    this.source = source
  }

  /**
   * Items by pages, each fetched when it is needed; `fetch` is called with undefined first and is to call a step.
   *
   * @example await forEach(Items.pages((cursor?: string) => this.fetchPage(cursor)), {}, (row) => this.import(row))
   */
  static pages<T, C = string>(fetch: (cursor: C | undefined) => Promise<Page<T>>): Items<T> {
    return new Items<T>({ kind: 'pages', next: (cursor) => fetch(cursor as C | undefined) })
  }

  /**
   * Every combination of one value of each list, the last list varying fastest; none is made before it is needed.
   *
   * @throws DefinitionError `InvalidOption` if there are more than 2^31 of them.
   * @example await forEach(Items.product({ region: regions, day: days }), {}, ({ region, day }) => this.load(region, day))
   */
  static product<P extends Readonly<Record<string, readonly unknown[]>>>(lists: P): Items<{ readonly [K in keyof P]: P[K][number] }> {
    const entries = Object.entries(lists)
    const count = entries.reduce((product, [, list]) => product * list.length, 1)
    if (count > 2 ** 31) throw new DefinitionError('InvalidOption', `A product of ${count} combinations is more than forEach can count.`)
    const at = (index: number): unknown => {
      const combination: Record<string, unknown> = {}
      let rest = index
      for (const [name, list] of entries.toReversed()) {
        combination[name] = list[rest % list.length]
        rest = Math.floor(rest / list.length)
      }
      return combination
    }
    return new Items({ kind: 'items', count: entries.length === 0 ? 0 : count, at })
  }

  /** @internal */
  static of<T>(items: readonly T[] | Items<T>): ForEachSource {
    return items instanceof Items ? items.source : { kind: 'items', count: items.length, at: (index) => items[index] }
  }
}

/**
 * Runs the body for each item, `concurrency` at a time, and returns what the bodies returned, in the order of the items.
 *
 * Each iteration keeps a log of its own, and one that has ended is not run again by a replay: only what the body returns
 * leaves it. It must not change fields of the workflow.
 *
 * @throws ForEachFailed, unless failures are ignored; Cancelled; WrongContext outside a workflow's `run`; DefinitionError
 * `InvalidOption`, `InvalidDuration`.
 * @example const parcels = await forEach(order.items, { concurrency: 50 }, (item) => this.pack(item))
 */
export function forEach<T, R>(
  items: readonly T[] | Items<T>,
  options: ForEachOptions & { readonly onFailure: 'ignore' },
  body: (item: T, index: number) => Promise<R>,
): Promise<(R | undefined)[]>
export function forEach<T, R>(
  items: readonly T[] | Items<T>, options: ForEachOptions, body: (item: T, index: number) => Promise<R>,
): Promise<R[]>
export async function forEach<T, R>(
  items: readonly T[] | Items<T>, options: ForEachOptions, body: (item: T, index: number) => Promise<R>,
): Promise<unknown[]> {
  const outcome = await run('forEach()', items, options, body, true)
  return [...outcome.results]
}

/**
 * The same for very many items whose results nobody needs: only the numbers are kept.
 *
 * @throws as `forEach`.
 * @example const { succeeded, failed } = await forEachCounted(rows, { onFailure: 'ignore' }, (row) => this.import(row))
 */
export async function forEachCounted<T>(
  items: readonly T[] | Items<T>, options: ForEachOptions, body: (item: T, index: number) => Promise<unknown>,
): Promise<{ readonly succeeded: number; readonly failed: number }> {
  const { succeeded, failed } = await run('forEachCounted()', items, options, body, false)
  return { succeeded, failed }
}

async function run<T>(
  what: string, items: readonly T[] | Items<T>, options: ForEachOptions, body: (item: T, index: number) => Promise<unknown>, collect: boolean,
): Promise<ForEachOutcome> {
  const scope = workflowScope(what)
  const { concurrency = 20, ordered = false, onFailure = 'fail_after_running', retry, name = 'forEach' } = options
  checkCount('concurrency', concurrency)
  checkCount('retry.maxAttempts', retry?.maxAttempts ?? 1)
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$.-]{0,99}$/u.test(name)) {
    throw new DefinitionError('InvalidOption', `'${name}' is no name for a forEach: give an identifier of at most 100 characters.`)
  }
  const outcome = await scope.forEach({
    name, source: Items.of(items), concurrency, ordered, onFailure, collect,
    attempts: retry?.maxAttempts ?? 1,
    retryDelayMs: parseDuration(retry?.delay ?? '1s'),
    body: (item, index) => body(item as T, index),
  })
  if (outcome.failures.length > 0 && onFailure !== 'ignore') throw new ForEachFailed(name, outcome.failed, outcome.failures)
  return outcome
}

function checkCount(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return
  throw new DefinitionError('InvalidOption', `forEach: ${option} is ${value}; give a whole number from 1 to 1,000,000.`)
}
