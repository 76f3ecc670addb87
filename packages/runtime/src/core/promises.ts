/** Nobody need await it: what it fails with is the author's to look at, not the process's end. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

export function refused(why: unknown): Promise<never> {
  return quiet(Promise.reject(why))
}

export function ignore(): void {}
