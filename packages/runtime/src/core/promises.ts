/** Nobody need await it: what it fails with is the author's to look at, not the process's end. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

export function refused(why: unknown): Promise<never> {
  return quiet(Promise.reject(why))
}

export function ignore(): void {}

/** So many microtasks have always lain between the end of `run` and what is done about it. */
const LATER = 3

/** Acts on the end of a program: what its other branches do until then stands in histories, so it must stay as late as it is. */
export async function afterEnd(act: () => void): Promise<void> {
  for (let tick = 0; tick < LATER; tick++) await undefined
  act()
}

/** The same for a program around another one; that it is awaited is one of them. */
export async function awaitEnd(): Promise<void> {
  for (let tick = 1; tick < LATER; tick++) await undefined
}
