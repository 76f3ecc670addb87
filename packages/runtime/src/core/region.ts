import type { Cancelled } from '@baton/sdk'
import type { WorkflowScope } from '@baton/sdk/host'
import type { Undo } from './history-event.ts'

/** The execution that a piece of workflow code belongs to. */
export interface Owner {
  readonly id: string
  /** Remembers what the program did that a replay cannot repeat, whatever it makes of the error itself. */
  violate(error: Error): void
}

export interface RegionOptions {
  /** A prefix of the commands' identities with counters of its own; default: the parent's. */
  readonly path?: string
  /** A log of its own; default: the parent's. */
  readonly lane?: string
  readonly shielded?: boolean
}

/** Where in an execution a piece of workflow code runs; see scope.ts. */
export interface Region extends WorkflowScope {
  readonly execution: Owner
  /** A prefix of the identities of its commands. */
  readonly path: string
  readonly lane: string | undefined
  /** Completed steps that can be undone, of this region's log. */
  readonly ledger: Undo[]
  /** Why nothing can be asked for here any more, if so. */
  readonly cancellation: Cancelled | undefined
  /** The identity of the next command of this name. */
  identify(name: string): string
  /** Marks it and all that it does not shield. */
  cancel(error: Cancelled): void
  inner(options: RegionOptions): Region
  /** Its log has been told something at this time, ms. */
  tick(at: number): void
  /** Runs workflow code here. */
  run<R>(act: () => Promise<R>): Promise<R>
}
