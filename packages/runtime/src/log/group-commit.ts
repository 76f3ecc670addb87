// Owns: the queue of items that wait for a flush, and the rule that one flush at most is under way.
// An item that comes when nothing is under way goes at the end of the current microtasks, alone or with its neighbours; all
// that come meanwhile share the next flush. So an idle system adds no wait, and a busy one shares its commits: its next flush is on
// its way before those of the last one are told, so that the server works while they go on.

export interface GroupCommitOptions<T, R> {
  /** The most items a flush takes. */
  readonly max: number
  /** Writes the items in one commit; the results stand in the order of the items. */
  readonly flush: (items: readonly T[]) => Promise<readonly R[]>
}

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

export class GroupCommit<T, R> {
  readonly #options: GroupCommitOptions<T, R>
  #waiting: Waiting<T, R>[] = []
  #busy = false
  #idle: (() => void)[] = []

  constructor(options: GroupCommitOptions<T, R>) {
    this.#options = options
  }

  /** Resolves once the item's flush has committed; rejects with what failed the flush. */
  submit(item: T): Promise<R> {
    return new Promise((resolve, reject) => this.add(item, resolve, reject))
  }

  /** The same for items by the ten thousand, which are told at once and without a promise each. */
  add(item: T, resolve: (result: R) => void, reject: (error: unknown) => void): void {
    this.#waiting.push({ item, resolve, reject })
    if (this.#busy) return
    this.#busy = true
    queueMicrotask(() => this.#flush())
  }

  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void> {
    return this.#busy ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve()
  }

  #flush(): void {
    const batch = this.#waiting.splice(0, this.#options.max)
    const flushed = (async () => this.#options.flush(batch.map(({ item }) => item)))() // a flush that throws rejects its batch
    flushed.then(
      (results) => this.#settle(batch, ({ resolve }, i) => resolve(results[i] as R)),
      (error: unknown) => this.#settle(batch, ({ reject }) => reject(error)),
    )
  }

  #settle(batch: readonly Waiting<T, R>[], tell: (each: Waiting<T, R>, i: number) => void): void {
    const more = this.#waiting.length > 0
    if (more) this.#flush()
    for (let i = 0; i < batch.length; i++) {
      try {
        tell(batch[i] as Waiting<T, R>, i)
      } catch (error) {
        queueMicrotask(() => { throw error }) // as if it had been told by itself; the others are told all the same
      }
    }
    if (more) return
    if (this.#waiting.length > 0) { // added by those who were told
      queueMicrotask(() => this.#flush())
      return
    }
    this.#busy = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}
