// Owns: who waits for which key; any number may wait for the same.

/** A bell that stays rung until it is reset. */
export class Alarm implements Disposable {
  #rung = Promise.withResolvers<void>()
  readonly #dispose: () => void

  constructor(dispose: () => void) {
    this.#dispose = dispose
  }

  readonly ring = (): void => this.#rung.resolve()

  reset(): void {
    this.#rung = Promise.withResolvers()
  }

  rung(): Promise<void> {
    return this.#rung.promise
  }

  [Symbol.dispose](): void {
    this.#dispose()
  }
}

export class Alarms {
  readonly #alarms = new Map<string, Set<Alarm>>()

  /** One more that waits for this key, until it is disposed. */
  set(key: string): Alarm {
    const others = this.#alarms.get(key) ?? new Set()
    this.#alarms.set(key, others)
    const alarm = new Alarm(() => {
      others.delete(alarm)
      if (others.size === 0) this.#alarms.delete(key)
    })
    others.add(alarm)
    return alarm
  }

  ring(key: string): void {
    for (const alarm of this.#alarms.get(key) ?? []) alarm.ring()
  }

  /** Rings those whose keys concern it; default: all. */
  ringAll(concerns: (key: string) => boolean = () => true): void {
    for (const key of this.#alarms.keys()) if (concerns(key)) this.ring(key)
  }
}
