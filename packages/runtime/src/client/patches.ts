import { z } from 'zod'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'

/** How it stands with a patch of a workflow. */
export interface PatchReport {
  /** The id that `patched()` was given. */
  readonly id: string
  /** Executions that bear the mark and have not ended: while there are any, the code must ask for it or deprecate it. */
  readonly marked: number
  /** Executions that have not ended, do not bear the mark, and began before the first one got it: they may need the old branch. */
  readonly unmarked: number
  /** When the first execution was marked, of those that have ended too. */
  readonly firstMarkedAt: Date
  /** When an execution that has not ended was marked first, undefined if none bears the mark. */
  readonly oldestMarkedAt: Date | undefined
  /**
   * What can be done: `'keep'` both branches; `'deprecate'`: the old branch can go, and `patched()` becomes `deprecatePatch()`;
   * `'remove'`: nothing of it is needed.
   */
  readonly verdict: 'keep' | 'deprecate' | 'remove'
}

const Row = z.object({ id: z.string(), first: z.date(), marked: z.int(), oldest: z.date().nullable(), unmarked: z.int() })

/**
 * The patches of a workflow, in the order of their first marks. `events_patched` has the marks; what has not ended is found by the
 * index of the list.
 */
export async function patches({ pool }: Database, { schema }: Names, workflow: string): Promise<readonly PatchReport[]> {
  const { rows } = await pool.query({
    name: 'patches',
    text: `with open as materialized (
        select id, created_at, run_seq from ${schema}.executions where workflow = $1 and status in ('pending', 'running', 'blocked')
      ), marks as materialized (
        select p.command as patch, p.execution_id, p.seq, p.at from ${schema}.events p
        join ${schema}.executions x on x.id = p.execution_id and x.workflow = $1 where p.type = 'Patched'
      ), known as (select patch, min(at) as first from marks group by patch)
      select k.patch as id, k.first,
        (select count(distinct o.id)::int from marks m join open o on o.id = m.execution_id where m.patch = k.patch and m.seq >= o.run_seq) as marked,
        (select min(m.at) from marks m join open o on o.id = m.execution_id where m.patch = k.patch and m.seq >= o.run_seq) as oldest,
        (select count(*)::int from open o where o.created_at < k.first
          and not exists (select from marks m where m.execution_id = o.id and m.patch = k.patch and m.seq >= o.run_seq)) as unmarked
      from known k order by k.first, k.patch`,
    values: [workflow],
  })
  return z.array(Row).parse(rows).map(({ id, first, marked, oldest, unmarked }) => ({
    id, marked, unmarked, firstMarkedAt: first, oldestMarkedAt: oldest ?? undefined,
    verdict: unmarked > 0 ? 'keep' : marked > 0 ? 'deprecate' : 'remove',
  }))
}
