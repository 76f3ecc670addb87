/** Gives out node ids: what the node is named after, then `~2`, `~3` for the same name again. */
export class NodeIds {
  // A step may be called `start` or `end` too; the graph's own nodes were there first.
  readonly #seen = new Map<string, number>([['start', 1], ['end', 1]])

  readonly #prefix: string

  /** `prefix` keeps the ids of one program apart from those of others. */
  constructor(prefix = '') {
    this.#prefix = prefix
    this.#seen = new Map([[`${prefix}start`, 1], [`${prefix}end`, 1]])
  }

  take(wanted: string): string {
    // A part of a node asks by the node's id, which has the prefix already.
    const name = wanted.startsWith(this.#prefix) ? wanted : this.#prefix + wanted
    const count = (this.#seen.get(name) ?? 0) + 1
    this.#seen.set(name, count)
    return count === 1 ? name : `${name}~${count}`
  }
}
