// Owns: what becomes of executions that cannot go on here: they are set aside with the reason, or go back where the trouble is this
// worker's own.
import { BatonError } from '@baton/sdk'
import { FactoryFailed } from '../core/program.ts'
import { ForeignWait } from '../core/stuck.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { PayloadCodecFailed } from '../payload/payload-errors.ts'
import type { Misfit } from './adopt.ts'
import { block } from './blocking.ts'
import { locateWait } from './locate-wait.ts'
import type { Log } from './log.ts'

export interface MisfitsOptions {
  readonly database: Database
  readonly names: Names
  readonly log: Log
  readonly worker: () => number
  readonly fenced: () => boolean
  /** The execution is still owned and not in memory. */
  readonly doubt: () => void
  readonly failed: (message: string, error: unknown) => void
}

export class Misfits {
  readonly #options: MisfitsOptions

  constructor(options: MisfitsOptions) {
    this.#options = options
  }

  take(misfit: Misfit): void {
    const { database, names, log } = this.#options
    if (misfit.error instanceof ForeignWait) void locateWait(database, names, log, misfit).then((located) => this.#block(located))
    else this.#block(misfit)
  }

  #block({ id, workflow, error, before }: Misfit): void {
    const { database, names, log, worker, fenced, doubt, failed } = this.#options
    if (fenced()) return
    if (error instanceof FactoryFailed || error instanceof PayloadCodecFailed) {
      failed(`Execution '${id}' could not begin here; it is given back`, error)
      doubt()
      return
    }
    const reason = error instanceof Error ? error.message : String(error)
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ReplayFailed'
    log({ level: 'warn', message: `Execution '${id}' is blocked: ${reason}` })
    const detail = error instanceof BatonError && 'detail' in error && typeof error.detail === 'object' && error.detail !== null ? error.detail : undefined
    block(database, names, worker(), id, { code, reason, semanticHash: workflow.semanticHash, detail, before }).catch((failure: unknown) => {
      failed(`Execution '${id}' could not be marked as blocked`, failure)
      doubt()
    })
  }
}
