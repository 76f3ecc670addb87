/** A place where something waits until the test lets it go on, so that an order is made and not hoped for. */
export interface Gate {
  /** Resolves when somebody has come to it. */
  readonly arrived: Promise<void>
  /** Waits for `open`; at once, if it is open. */
  pass(): Promise<void>
  open(): void
}

export function gate(): Gate {
  const arrived = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  return {
    arrived: arrived.promise,
    pass() {
      arrived.resolve()
      return opened.promise
    },
    open: () => opened.resolve(),
  }
}
