import { ForeignWait } from '../core/stuck.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { readRuns } from '../log/read-history.ts'
import type { Misfit } from './adopt.ts'
import { awaitsOf } from './guard/awaits.ts'
import type { Log } from './log.ts'
import { reviveOne } from './revive.ts'

/**
 * A foreign wait with the lines at which the program waits, found by replaying it once more. Where that is not to be had, the
 * misfit as it was: it is blocked all the same.
 */
export async function locateWait({ pool }: Database, names: Names, log: Log, misfit: Misfit): Promise<Misfit> {
  const { id, workflow } = misfit
  try {
    const rows = (await readRuns(pool, names, [id])).get(id) ?? []
    const positions = await awaitsOf(id, () => reviveOne(id, workflow, rows, log))
    return { ...misfit, error: new ForeignWait(workflow.definition.name, positions) }
  } catch (error) {
    log({ level: 'debug', message: `Where execution '${id}' waits could not be found out`, error })
    return misfit
  }
}
