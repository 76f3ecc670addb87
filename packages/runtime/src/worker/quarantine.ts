// What is done about an execution that kills the workers that take it: it is counted, isolated, and at last set aside.
import type { Database } from '../log/database.ts'
import type { Adopted } from './adopt.ts'

/** How many workers may die with an execution in hand before it is quarantined, unless told otherwise. */
export const MAX_TAKEOVERS = 5
/** A suspect that neither gets on nor kills for so long does not keep others waiting. */
export const PROBATION_MS = 30_000
/** What is due that soon may be what kills. */
const SOON_MS = 1_000

/** Whether it has nothing to do now, so that no harm can come of it: it was with the dead by chance. */
export function isHarmless({ actor, messages, away }: Adopted, now: number): boolean {
  if (messages.length > 0 || actor.execution.completion) return false
  return actor.execution.waits().every(({ kind, command = '', dueAt = Number.POSITIVE_INFINITY }) =>
    kind === 'step' ? away.has(command) : dueAt > now + SOON_MS)
}

/** Forgets the deaths that executions of this worker were with by chance; before anything of their neighbours is run. */
export async function acquit({ db }: Database, worker: number, adopted: readonly Adopted[]): Promise<void> {
  if (adopted.length === 0) return
  await db
    .updateTable('executions')
    .set({ takeovers: 0, deaths: null })
    .where('id', 'in', adopted.map(({ actor }) => actor.id).sort())
    .where('owner', '=', worker)
    .execute()
  for (const { actor } of adopted) actor.takeovers = 0
}
