// What a worker is told of executions that it was given as they were started: a JSON array in a notification, the time of their
// first events before them. Those that are too long for one are told by their id.
import { z } from 'zod'
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

const Message = z.tuple([z.number()], z.union([
  z.string(),
  z.object({
    id: z.string(), workflow: z.string(), version: z.string(), code: z.string(), priority: z.number(), input: z.string().nullable(), meta: z.string().nullable(),
  }),
]))

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
  const [at, ...given] = Message.parse(JSON.parse(payload))
  return given.map((each) => (typeof each === 'string' ? each : { ...each, at }))
}
