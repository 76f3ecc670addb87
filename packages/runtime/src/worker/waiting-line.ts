// Owns: who waits, and who is next: the highest priority first, among equals whoever came first.

interface Waiting<T> {
  readonly item: T
  readonly since: number
}

export class WaitingLine<T> {
  /** One line a priority, each in order of arrival; none is empty. */
  readonly #lines = new Map<number, Set<Waiting<T>>>()
  /** The priorities of the lines, highest first. */
  #order: readonly number[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  add(item: T, priority: number, since: number): void {
    this.#size++
    const line = this.#lines.get(priority)
    if (line) {
      line.add({ item, since })
      return
    }
    this.#lines.set(priority, new Set([{ item, since }]))
    this.#order = [...this.#lines.keys()].toSorted((a, b) => b - a)
  }

  /** The next one, out of the line. */
  take(): T | undefined {
    if (this.#size === 0) return undefined
    const [priority] = this.#order
    const line = priority === undefined ? undefined : this.#lines.get(priority)
    for (const waiting of line ?? []) {
      this.#remove(priority ?? 0, waiting)
      return waiting.item
    }
    return undefined
  }

  /** Takes out those that match and came at `since` or before, in the order of the line. */
  takeOlder(since: number, matches: (item: T) => boolean): readonly T[] {
    const taken: T[] = []
    for (const priority of this.#order) {
      for (const waiting of this.#lines.get(priority) ?? []) {
        if (waiting.since > since) break // each line is in order of arrival
        if (!matches(waiting.item)) continue
        this.#remove(priority, waiting)
        taken.push(waiting.item)
      }
    }
    return taken
  }

  /** Takes out those that match; returns how many. */
  remove(matches: (item: T) => boolean): number {
    return this.takeOlder(Number.POSITIVE_INFINITY, matches).length
  }

  #remove(priority: number, waiting: Waiting<T>): void {
    const line = this.#lines.get(priority)
    if (!line?.delete(waiting)) return
    this.#size--
    if (line.size > 0) return
    this.#lines.delete(priority)
    this.#order = this.#order.filter((each) => each !== priority)
  }
}
