// pg-boss, raw: each step is a job whose handler sends the next one.
import { type Job, PgBoss, type WorkOptions } from 'pg-boss'
import type { Engine } from '../../src/engines/engine.ts'
import type { Recorder } from '../../src/marks.ts'
import { indices, type Input, type Program } from './programs.ts'
import { createJoins, join, openJoin, type Query, RESULTS, ResultListener, tellResult } from './queue-results.ts'
import { poolOf } from './pool.ts'
import { ownMatters } from './own-matters.ts'

const WORK: WorkOptions & { localConcurrency: number; notifyPollingIntervalSeconds: number } = {
  localConcurrency: 4, batchSize: 100, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5,
}

interface Link extends Input {
  readonly i: number
  readonly sum: number
}

interface Leaf {
  readonly tag: string
  readonly i: number
}

/** By program: for a queue children and iterations are jobs like any other. */
const QUEUES = { chain: 'chain', nap: 'chain', fan: 'fan', each: 'fan', kids: 'fan' } as const satisfies Record<Program, string>

export const engine: Engine = {
  name: 'pgboss',
  configuration:
    'pg-boss 12.38.0, raw: each step sends the next job; useListenNotify and queue notify, localConcurrency 4, batchSize 100, burstWhenBatchFull, ' +
    `polling 0.5 s (the least allowed; defaults 2 s, 30 s with notify), connectionTimeoutMillis 60,000 in the client (default 10,000: a thousand starts at once wait longer); ${RESULTS}`,
  limits: {
    cannot: {
      ...ownMatters,
      W4f: 'an iteration has no history; its jobs are W4\'s',
      W5r: 'no history to resume: a dead worker\'s job runs again after fifteen minutes',
    },
  },
  async prepare({ url }) {
    const boss = bossOf(url, 10)
    await boss.start()
    for (const queue of ['chain', 'fan', 'leaf']) await boss.createQueue(queue, { notify: true })
    await boss.stop({ graceful: false })
    await createJoins(url)
  },
  async work({ url }, record) {
    const boss = bossOf(url, 20)
    await boss.start()
    const pool = poolOf(url, 10)
    await serve(boss, (text, values) => pool.query(text, [...values]), record)
    return {
      async stop() {
        await boss.stop({ graceful: false })
        await pool.end()
      },
    }
  },
  async connect({ url }) {
    const boss = bossOf(url, 10, { supervise: false, schedule: false, migrate: false, connectionTimeoutMillis: 60_000 })
    await boss.start()
    const listener = await ResultListener.open(url)
    const start = async (program: Program, input: Input): Promise<{ readonly result: Promise<number> }> => {
      const result = listener.expect(input.tag)
      await boss.send(QUEUES[program], { ...input, i: 0, sum: 0 }, whenDue(input, 0))
      return { result }
    }
    return {
      async start(program, input) {
        const { result } = await start(program, input)
        return { result: () => result }
      },
      execute: async (program, input) => (await start(program, input)).result,
      async close() {
        await listener.close()
        await boss.stop({ graceful: false })
      },
    }
  },
}

async function serve(boss: PgBoss, query: Query, record: Recorder): Promise<void> {
  const work = <T extends object>(queue: string, options: WorkOptions, act: (data: T) => Promise<unknown>): Promise<string> =>
    boss.work<T>(queue, options, async (jobs: Job<T>[]) => {
      await Promise.all(jobs.map(({ data }) => act(data)))
    })
  await work<Link>('chain', WORK, (link) => {
    const { tag, steps, i, sum } = link
    record(tag, i)
    if (i === steps - 1) return tellResult(query, tag, sum + i)
    return boss.send('chain', { ...link, i: i + 1, sum: sum + i }, whenDue(link, i + 1))
  })
  await work<Input>('fan', { ...WORK, localConcurrency: 1, batchSize: 1 }, async ({ tag, steps }) => {
    await openJoin(query, tag, steps)
    await boss.insert('leaf', indices(steps).map((i) => ({ data: { tag, i } })))
  })
  await work<Leaf>('leaf', WORK, ({ tag, i }) => {
    record(tag, i)
    return join(query, tag, i)
  })
}

/** The last step of a `nap` waits. */
function whenDue({ ms, steps }: Input, i: number): { readonly startAfter?: Date } {
  return ms !== undefined && i === steps - 1 ? { startAfter: new Date(Date.now() + ms) } : {}
}

function bossOf(url: string, max: number, options: object = {}): PgBoss {
  const boss = new PgBoss({ connectionString: url, max, useListenNotify: true, ...options })
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`))
  return boss
}
