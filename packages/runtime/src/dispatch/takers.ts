// Owns: which live workers executions can be given to as they are started. What it knows may be out of date: the statement that
// gives makes sure of the worker, and who finds it gone asks again.
import { randomInt } from 'node:crypto'
import type { Names } from '../log/names.ts'
import { versionKey } from '../log/served-code.ts'
import type { Execute } from '../log/transaction.ts'
import { type LocalTaker, localTaker } from './local-takers.ts'

/** A worker as who starts executions sees it. */
export interface Taker {
  readonly worker: number
  readonly channel: string
  readonly queues: ReadonlySet<string>
  /** Semantic hashes of what it serves, by `name@version`. */
  readonly codes: ReadonlyMap<string, string>
}

/** Where an execution goes. */
export interface Place {
  readonly taker: Taker
  readonly code: string
  /** The worker itself, if it is in this process. */
  readonly local: LocalTaker | undefined
}

interface Wanted {
  readonly workflow: string
  readonly version: string
  readonly queue: string
}

interface TakerRow {
  readonly id: number
  readonly channel: string
  readonly queues: readonly string[] | null
  readonly serves: readonly string[] | null
}

/** How old a heartbeat may be of a worker that is given something. */
export const ALIVE_MS = 2_500
/** What is known for longer is asked again, while it is still used. */
const FRESH_MS = 1_000

export class Takers {
  readonly #execute: Execute
  readonly #names: Names
  #known: ReadonlyMap<number, Taker> = new Map()
  #places = new Map<string, readonly Place[]>()
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined
  #turn = randomInt(1_000)

  /** `execute` has a connection of its own: the caller may hold all others. */
  constructor(execute: Execute, names: Names) {
    this.#execute = execute
    this.#names = names
  }

  /** A place for each, undefined where there is none: workers of this process while they have room, else all of them in turn. */
  async choose(wanted: readonly Wanted[]): Promise<readonly (Place | undefined)[]> {
    const age = performance.now() - this.#readAt
    if (age === Number.POSITIVE_INFINITY || (age > FRESH_MS && this.#known.size === 0)) await this.refresh()
    else if (age > FRESH_MS) this.refresh().catch(() => {}) // who needs it meets the error himself
    const taken = new Map<LocalTaker, number>()
    return wanted.map((each) => {
      const places = this.#placesOf(each)
      const here = places.filter(({ local }) => local && local.free() > (taken.get(local) ?? 0))
      const among = here.length > 0 ? here : places
      const place = among[this.#turn++ % Math.max(1, among.length)]
      if (place?.local) taken.set(place.local, (taken.get(place.local) ?? 0) + 1)
      return place
    })
  }

  /** Asks the database; calls that come meanwhile share the answer. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  #placesOf(wanted: Wanted): readonly Place[] {
    const version = versionKey({ name: wanted.workflow, version: wanted.version })
    const key = `${wanted.queue}\n${version}`
    const known = this.#places.get(key)
    if (known) return known
    const places = [...this.#known.values()].flatMap((taker): Place[] => {
      const code = taker.queues.has(wanted.queue) ? taker.codes.get(version) : undefined
      return code === undefined ? [] : [{ taker, code, local: localTaker(taker.channel) }]
    })
    this.#places.set(key, places)
    return places
  }

  /** What a worker serves and takes from is said once: its row lasts as long as it does. */
  async #read(): Promise<void> {
    const { rows } = await this.#execute(
      `select id, channel, case when id <> all($1) then queues end as queues, case when id <> all($1) then serves end as serves
       from ${this.#names.schema}.workers
       where not fenced and accepts and channel is not null and heartbeat_at > clock_timestamp() - interval '${ALIVE_MS} ms' order by id`,
      [[...this.#known.keys()]],
    )
    const known = (rows as TakerRow[]).map((row): [number, Taker] => [row.id, this.#known.get(row.id) ?? toTaker(row)])
    this.#known = new Map(known)
    this.#places = new Map()
    this.#readAt = performance.now()
  }
}

function toTaker({ id, channel, queues, serves }: TakerRow): Taker {
  const codes = (serves ?? []).map((code): [string, string] => {
    const end = code.lastIndexOf('#')
    return [code.slice(0, end), code.slice(end + 1)]
  })
  return { worker: id, channel, queues: new Set(queues), codes: new Map(codes) }
}
