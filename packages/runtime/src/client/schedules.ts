import type { Database } from '../log/database.ts'

/** A trigger of a workflow's newest version, and what came of its last tick. */
export interface ScheduleReport {
  readonly workflow: string
  /** The name of the trigger. */
  readonly trigger: string
  /** The version that is started. */
  readonly version: string
  readonly expression: string
  readonly timezone: string
  /** Undefined where no tick will come any more. */
  readonly nextAt: Date | undefined
  /** Undefined before the first tick. */
  readonly lastAt: Date | undefined
  /** What the last tick started. */
  readonly lastExecution: string | undefined
  /** Why the last tick started nothing, where it did not. */
  readonly lastError: string | undefined
}

/** All of them, or those of one workflow, by workflow and name. */
export async function schedules({ db }: Database, workflow: string | undefined): Promise<readonly ScheduleReport[]> {
  const rows = await db
    .selectFrom('schedules')
    .selectAll()
    .$if(workflow !== undefined, (query) => query.where('workflow', '=', workflow ?? ''))
    .orderBy('workflow')
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    workflow: row.workflow,
    trigger: row.name,
    version: row.version,
    expression: row.expression,
    timezone: row.timezone,
    nextAt: row.next_at ?? undefined,
    lastAt: row.last_at ?? undefined,
    lastExecution: row.last_execution ?? undefined,
    lastError: row.last_error ?? undefined,
  }))
}
