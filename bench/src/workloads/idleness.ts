// W6: what a worker with nothing to do asks of the server.
import { type Counters, readCounters } from '../counters.ts'
import { nowMs, pause, within } from '../clock.ts'
import type { Deployment } from '../deployment.ts'
import type { Measurement } from '../measurement.ts'
import type { Sizes } from '../sizes.ts'
import { openStatements, readTransactions, type Statement, type Statements } from '../statements.ts'
import { assertBodies, assertResult, LedgerCheck } from '../verify.ts'
import { newTag, type Workload } from './workload.ts'

export const idleness: Workload = {
  id: 'W6',
  title: 'an idle worker',
  placement: 'other process',
  alone: true,
  async run(deployment, { idle }) {
    const { client, engine, admin } = deployment
    const ledger = await LedgerCheck.begin(engine, admin)
    await pause(idle.settleMs)
    const statements = await openStatements(admin)
    const measurements = statements ? await windows(deployment, idle, statements) : await oneWindow(deployment, idle)
    await ledger.assertAdded({ executions: 0, steps: 0 })
    // It was idle and not dead.
    const tag = newTag('W6')
    assertResult(tag, await within(30_000, tag, client.execute('chain', { tag, steps: 1 })), 1)
    assertBodies(await deployment.marks(), [tag], 1)
    return measurements
  },
}

const WRITES = /^\s*(update|insert|delete)\b/i

interface Window {
  readonly seconds: number
  readonly before: Counters
  readonly after: Counters
  readonly statements: readonly Statement[]
}

/** Statement by statement, those that keep the worker known to be alive apart from the rest. */
async function windows({ engine, admin, workerPid }: Deployment, { windows: n, windowMs }: Sizes['idle'], statements: Statements): Promise<readonly Measurement[]> {
  const passed: Window[] = []
  for (let i = 0; i < n; i++) {
    const from = await statements.read()
    const before = await readCounters(admin, workerPid)
    const begin = nowMs()
    await pause(windowMs)
    const after = await readCounters(admin, workerPid)
    passed.push({ seconds: (nowMs() - begin) / 1000, before, after, statements: statements.since(from, await statements.read()) })
  }
  const each = (metric: string, unit: Measurement['unit'], of: (window: Window) => number): Measurement => ({ metric, unit, samples: passed.map((window) => of(window) / window.seconds) })
  const sum = (all: readonly Statement[], of: (statement: Statement) => number): number => all.reduce((total, statement) => total + of(statement), 0)
  const liveness = ({ statements }: Window): readonly Statement[] => statements.filter(({ text }) => engine.isLiveness?.(text))
  const calls = (all: readonly Statement[]): number => sum(all, (statement) => statement.calls)
  const beats = (window: Window): number => calls(liveness(window).filter(({ text }) => WRITES.test(text)))
  return [
    each('queries/s', '1/s', ({ statements }) => calls(statements)),
    each('write transactions/s', '1/s', commits),
    each('WAL/s', 'B', walBytes),
    ...(engine.isLiveness
      ? [
          each('queries/s beyond liveness', '1/s', (window) => calls(window.statements) - calls(liveness(window))),
          each('write transactions/s beyond the heartbeat', '1/s', (window) => commits(window) - beats(window)),
          each('WAL/s beyond the heartbeat', 'B', (window) => sum(window.statements, (statement) => statement.walBytes) - sum(liveness(window), (statement) => statement.walBytes)),
        ]
      : []),
    ...processors(passed),
  ]
}

/** The server counts no statements: transactions are what it reports, late, so that short windows would be wrong. */
async function oneWindow({ admin, workerPid }: Deployment, { windows: n, windowMs }: Sizes['idle']): Promise<readonly Measurement[]> {
  const from = await readTransactions(admin)
  const before = await readCounters(admin, workerPid)
  const begin = nowMs()
  await pause(n * windowMs)
  const after = await readCounters(admin, workerPid)
  const seconds = (nowMs() - begin) / 1000
  const window = { seconds, before, after, statements: [] }
  return [
    { metric: 'transactions/s (pg_stat_database)', unit: '1/s', samples: [((await readTransactions(admin)) - from) / seconds] },
    { metric: 'write transactions/s', unit: '1/s', samples: [commits(window) / seconds] },
    { metric: 'WAL/s', unit: 'B', samples: [walBytes(window) / seconds] },
    ...processors([window]),
  ]
}

function commits({ before, after }: Window): number {
  return after.commits - before.commits
}

function walBytes({ before, after }: Window): number {
  return after.walBytes - before.walBytes
}

/** Of one processor. */
function processors(windows: readonly Window[]): readonly Measurement[] {
  return [percent('worker', ({ workerCpuMs }) => workerCpuMs), percent('Postgres', ({ serverCpuMs }) => serverCpuMs)].flat()

  function percent(of: string, pick: (counters: Counters) => number | undefined): readonly Measurement[] {
    const samples = windows.flatMap(({ before, after, seconds }) => {
      const [from, to] = [pick(before), pick(after)]
      return from === undefined || to === undefined ? [] : [(to - from) / seconds / 10]
    })
    return samples.length === 0 ? [] : [{ metric: `CPU, ${of}`, unit: '%', samples }]
  }
}
