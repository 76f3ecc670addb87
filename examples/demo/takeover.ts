import type { Body } from './body.ts'

/** A worker that was killed, and what it held then. */
export interface Kill {
  readonly worker: string
  readonly pid: number
  /** Of this machine's clock, ms since 1970. */
  readonly at: number
  readonly owned: ReadonlySet<string>
}

/** The first step body, in another process, of an execution that the victim held; undefined until there is one. */
export function firstStepAfter(bodies: readonly Body[], { pid, at, owned }: Kill): Body | undefined {
  const after = bodies.filter((body) => body.at >= at && body.pid !== pid && owned.has(body.execution))
  return after.toSorted((a, b) => a.at - b.at)[0]
}
