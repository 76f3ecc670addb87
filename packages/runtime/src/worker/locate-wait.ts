import { ForeignWait } from '../core/stuck.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import type { Misfit } from './adopt.ts'
import { awaitsOf } from './guard/awaits.ts'
import type { Log } from './log.ts'
import { reviveFromLog } from './revive.ts'

/**
 * A foreign wait with the lines at which the program waits, found by replaying it once more. Where that is not to be had, the
 * misfit as it was: it is blocked all the same.
 */
export async function locateWait(database: Database, names: Names, log: Log, misfit: Misfit): Promise<Misfit> {
  const { id, workflow } = misfit
  try {
    const positions = await awaitsOf(id, () => reviveFromLog(database, names, id, workflow, log))
    return { ...misfit, error: new ForeignWait(workflow.definition.name, positions) }
  } catch (error) {
    log({ level: 'debug', message: `Where execution '${id}' waits could not be found out`, error })
    return misfit
  }
}
