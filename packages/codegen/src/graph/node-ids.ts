/** Gives out node ids: what the node is named after, then `~2`, `~3` for the same name again. */
export class NodeIds {
  // A step may be called `start` or `end` too; the graph's own nodes were there first.
  readonly #seen = new Map<string, number>([['start', 1], ['end', 1]])

  take(name: string): string {
    const count = (this.#seen.get(name) ?? 0) + 1
    this.#seen.set(name, count)
    return count === 1 ? name : `${name}~${count}`
  }
}
