// graphile-worker, raw: each step is a job that adds the next one.
import { Logger, makeWorkerUtils, run, type TaskList } from 'graphile-worker'
import type { Engine } from '../../src/engines/engine.ts'
import type { Recorder } from '../../src/marks.ts'
import { indices, type Input, type Program } from './programs.ts'
import { createJoins, join, openJoin, RESULTS, ResultListener, tellResult } from './queue-results.ts'
import { poolOf } from './pool.ts'
import { ownMatters } from './own-matters.ts'

const logger = new Logger(() => () => {})

interface Link extends Input {
  readonly i: number
  readonly sum: number
}

interface Leaf {
  readonly tag: string
  readonly i: number
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace GraphileWorker {
    interface Tasks {
      chain: Link
      fan: Input
      leaf: Leaf
    }
  }
}

/** By program: for a queue children and iterations are jobs like any other. */
const TASKS = { chain: 'chain', nap: 'chain', fan: 'fan', each: 'fan', kids: 'fan' } as const satisfies Record<Program, string>

export const engine: Engine = {
  name: 'graphile',
  configuration: `graphile-worker 0.18.0, raw: each step adds the next job; concurrentJobs 24, localQueue 500, completeJobBatchDelay 0 (its page on performance), LISTEN/NOTIFY, pollInterval 2000 (default); ${RESULTS}`,
  limits: {
    cannot: {
      ...ownMatters,
      W4f: 'an iteration has no history; its jobs are W4\'s',
      W5r: 'no history to resume: a dead worker\'s job runs again after four hours',
    },
  },
  async prepare({ url }) {
    const utils = await makeWorkerUtils({ connectionString: url, logger })
    await utils.migrate()
    await utils.release()
    await createJoins(url)
  },
  async work({ url }, record) {
    const pool = poolOf(url, 26)
    const runner = await run({
      pgPool: pool,
      preset: {
        worker: {
          concurrentJobs: 24, pollInterval: 2000,
          localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0,
        },
      },
      logger,
      noHandleSignals: true,
      taskList: tasks(record),
    })
    return {
      async stop() {
        await runner.stop()
        await pool.end()
      },
    }
  },
  async connect({ url }) {
    const pool = poolOf(url, 10)
    const utils = await makeWorkerUtils({ pgPool: pool, logger })
    const listener = await ResultListener.open(url)
    const start = async (program: Program, input: Input): Promise<{ readonly result: Promise<number> }> => {
      const result = listener.expect(input.tag)
      await utils.addJob(TASKS[program], { ...input, i: 0, sum: 0 }, whenDue(input, 0))
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
        await utils.release()
        await pool.end()
      },
    }
  },
}

function tasks(record: Recorder): TaskList {
  return {
    async chain(link, { addJob, query }) {
      const { tag, steps, i, sum } = link
      record(tag, i)
      if (i === steps - 1) await tellResult((text, values) => query(text, [...values]), tag, sum + i)
      else await addJob('chain', { ...link, i: i + 1, sum: sum + i }, whenDue(link, i + 1))
    },
    async fan({ tag, steps }, { addJobs, query }) {
      await openJoin((text, values) => query(text, [...values]), tag, steps)
      await addJobs(indices(steps).map((i) => ({ identifier: 'leaf', payload: { tag, i } })))
    },
    async leaf({ tag, i }, { query }) {
      record(tag, i)
      await join((text, values) => query(text, [...values]), tag, i)
    },
  }
}

/** The last step of a `nap` waits. */
function whenDue({ ms, steps }: Input, i: number): { readonly runAt?: Date } {
  return ms !== undefined && i === steps - 1 ? { runAt: new Date(Date.now() + ms) } : {}
}
