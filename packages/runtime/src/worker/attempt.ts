import type { Encoded } from '../payload/codec.ts'

/** One attempt of one step, wherever its execution lives. */
export interface Attempt {
  readonly execution: string
  readonly command: string
  readonly step: string
  readonly attempt: number
  readonly args: string | null
  /** The task it was taken as; undefined where the execution's owner runs it. */
  readonly task?: string
  /** What the last heartbeat before this attempt said. */
  readonly details?: Encoded | undefined
}
