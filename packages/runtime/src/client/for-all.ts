import { InvalidQuery } from './client-errors.ts'

/** What came of an action on many executions. */
export interface BulkOutcome {
  readonly done: number
  /** The first hundred that it failed for. */
  readonly failed: readonly { readonly id: string; readonly error: unknown }[]
}

/** Options of `forAll`. */
export interface BulkOptions {
  /** How many at once, 1 to 100; default 10. */
  readonly concurrency?: number
}

const MAX_FAILURES = 100

/** Does something to each of the ids, some at a time. */
export async function forAll(ids: AsyncIterable<string>, act: (id: string) => Promise<unknown>, { concurrency = 10 }: BulkOptions): Promise<BulkOutcome> {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 100) throw new InvalidQuery(`concurrency is ${concurrency}; give a whole number from 1 to 100.`)
  let done = 0
  const failed: { id: string; error: unknown }[] = []
  const source = ids[Symbol.asyncIterator]()
  const run = async (): Promise<void> => {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      try {
        await act(next.value)
        done++
      } catch (error) {
        if (failed.length < MAX_FAILURES) failed.push({ id: next.value, error })
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, run))
  return { done, failed }
}
