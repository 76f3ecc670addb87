// What a worker is told of executions that it was given as they were started: a JSON array in a notification, the time of their
// first events before them. Those that are too long for one are told by their id.
import type { Encoded } from '../payload/codec.ts'

/** An execution as it was started. */
export interface GivenExecution {
  readonly id: string
  readonly workflow: string
  readonly version: string
  /** The semantic hash of the code it is to run on. */
  readonly code: string
  readonly priority: number
  readonly input: Encoded
  /** What its first event says besides the input. */
  readonly meta: string | null
  /** Ms of the database's clock. */
  readonly at: number
}

/** One that was given: whole, or its id, under which it can be read. */
export type Given = GivenExecution | string

/** The text of one of them, as it stands in the notification. */
export function toGiven({ id, workflow, version, code, priority, input, meta }: Omit<GivenExecution, 'at'>): string {
  return JSON.stringify({ id, workflow, version, code, priority, input, meta })
}

/**
 * What a notification tells.
 *
 * @throws if it is none of ours: then what was given is to be looked for.
 */
export function readGiven(payload: string): readonly Given[] {
  const [at, ...given] = JSON.parse(payload) as readonly unknown[]
  if (typeof at !== 'number') throw new TypeError('The notification does not begin with a time.')
  return given.map((each) => {
    if (typeof each === 'string') return each
    if (!isExecution(each)) throw new TypeError('The notification tells of something that is no execution.')
    return { ...each, at }
  })
}

/** It is on the way to the first step, so it is looked at and not parsed; nobody else knows the channel. */
function isExecution(told: unknown): told is Omit<GivenExecution, 'at'> {
  const { id, workflow, version, code, priority, input, meta } = told as Record<string, unknown>
  return [id, workflow, version, code].every((text) => typeof text === 'string') && typeof priority === 'number'
    && [input, meta].every((text) => text === null || typeof text === 'string')
}
