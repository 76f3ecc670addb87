/** A longer wait is made of several: setTimeout takes 31 bits, and a clock may turn out to have been slow. */
const LONGEST_MS = 60_000

/** What is rung at a time, and can be called off. */
export interface Alarm {
  /** Ms of the clock it was set by. */
  readonly dueAt: number
  cancel(): void
}

/** Alarms by one clock, such as the database's: none rings before that clock has reached its time. All of them share one timer of Node's. */
export class Alarms {
  readonly #clock: { now(): number }
  /** A heap: none is due before the one at half its place. */
  readonly #heap: Entry[] = []
  #count = 0
  #timer: NodeJS.Timeout | undefined
  /** What the timer was set for. */
  #armedFor = Number.POSITIVE_INFINITY

  constructor(clock: { now(): number }) {
    this.#clock = clock
  }

  /** Calls `ring` once the clock has reached `dueAt`, in the order of time, then of setting; never within this call. */
  set(dueAt: number, ring: () => void): Alarm {
    const entry = new Entry(this, dueAt, ++this.#count, ring)
    this.#up(entry, this.#heap.push(entry) - 1)
    if (dueAt < this.#armedFor) this.#arm()
    return entry
  }

  remove(entry: Entry): void {
    const { place } = entry
    if (place < 0) return
    entry.place = -1
    const last = this.#heap.pop()
    if (!last || last === entry) {
      if (this.#heap.length === 0) this.#arm()
      return
    }
    this.#up(last, place)
    this.#down(last, last.place)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const first = this.#heap[0]
    this.#armedFor = first?.dueAt ?? Number.POSITIVE_INFINITY
    this.#timer = first && setTimeout(() => this.#look(), Math.min(Math.max(0, Math.ceil(first.dueAt - this.#clock.now())), LONGEST_MS))
  }

  #look(): void {
    try {
      const now = this.#clock.now()
      const last = this.#count // what they set for now is rung after others have had their turn
      for (let first = this.#heap[0]; first && first.dueAt <= now && first.nth <= last; first = this.#heap[0]) {
        this.remove(first)
        first.ring()
      }
    } finally {
      this.#arm()
    }
  }

  #up(entry: Entry, from: number): void {
    let place = from
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1]
      if (!parent || !isBefore(entry, parent)) break
      this.#put(parent, place)
      place = (place - 1) >> 1
    }
    this.#put(entry, place)
  }

  #down(entry: Entry, from: number): void {
    let place = from
    for (;;) {
      const left = this.#heap[2 * place + 1]
      const right = this.#heap[2 * place + 2]
      const [child, at] = left && right && isBefore(right, left) ? [right, 2 * place + 2] : [left, 2 * place + 1]
      if (!child || !isBefore(child, entry)) break
      this.#put(child, place)
      place = at
    }
    this.#put(entry, place)
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry
    entry.place = place
  }
}

/** Calls `ring` after `ms` of this process's clock, however many those are. */
export function setAlarmIn(ms: number, ring: () => void): Alarm {
  return new Alarms(performance).set(performance.now() + ms, ring)
}

class Entry implements Alarm {
  readonly dueAt: number
  readonly nth: number
  readonly ring: () => void
  /** In the heap; negative once it is not there any more. */
  place = -1
  readonly #alarms: Alarms

  constructor(alarms: Alarms, dueAt: number, nth: number, ring: () => void) {
    this.#alarms = alarms
    this.dueAt = dueAt
    this.nth = nth
    this.ring = ring
  }

  cancel(): void {
    this.#alarms.remove(this)
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.dueAt < other.dueAt || (one.dueAt === other.dueAt && one.nth < other.nth)
}
