// What the server and the processes have spent, read before and after a workload.
import type pg from 'pg'
import { cpuOf, cpuOfServer } from './process-cpu.ts'

export interface Counters {
  /** Transactions that wrote something or locked a row. */
  readonly commits: number
  readonly walBytes: number
  readonly clientCpuMs: number
  readonly workerCpuMs: number | undefined
  readonly serverCpuMs: number | undefined
}

/**
 * Transaction ids are counted rather than pg_stat_database's commits: those are reported up to ten seconds late, and count
 * reads too.
 */
export async function readCounters(admin: pg.Client, worker: number | undefined): Promise<Counters> {
  const { rows } = await admin.query<{ xmax: string; wal: string; backend: number }>(
    `select pg_snapshot_xmax(pg_current_snapshot())::text as xmax, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as wal,
      pg_backend_pid() as backend`,
  )
  const [row] = rows
  if (!row) throw new Error('The server did not answer with its counters.')
  const { user, system } = process.cpuUsage()
  return {
    commits: Number(row.xmax),
    walBytes: Number(row.wal),
    clientCpuMs: (user + system) / 1000,
    workerCpuMs: worker === undefined ? undefined : cpuOf(worker),
    serverCpuMs: cpuOfServer(row.backend),
  }
}
