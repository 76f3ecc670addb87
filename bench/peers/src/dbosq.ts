// DBOS with its worker in another process: the client writes to a queue that the worker polls.
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk'
import type { Engine } from '../../src/engines/engine.ts'
import { launch, ledger, POOL, type programs, VERSION } from './dbos-programs.ts'
import type { Input, Program } from './programs.ts'
import { ownMatters } from './own-matters.ts'

const QUEUE = 'bench'
/** The queue's default is 1,000: a start would take a second. */
const QUEUE_POLL_MS = 10
/** The client's default is 1,000. */
const RESULT_POLL_MS = 20

export const engine: Engine = {
  name: 'dbosq',
  configuration:
    `@dbos-inc/dbos-sdk 5.3.0; DBOSClient.enqueue to a queue of a worker process; minPollingIntervalMs ${QUEUE_POLL_MS} and the client's pollingIntervalMs ${RESULT_POLL_MS} (defaults 1000); ` +
    `systemDatabasePoolSize ${POOL} (default 10); forEach as Promise.all of a hundred steps at a time`,
  limits: {
    cannot: {
      ...ownMatters,
      W1s: 'a worker in the client\'s process needs no queue: dbos',
      'W5r another worker alive': 'no worker takes over from a dead one but by starting anew (DBOS Conductor would do it)',
    },
  },
  async prepare({ url }) {
    await launch(url, () => {})
    await DBOS.registerQueue(QUEUE, { minPollingIntervalMs: QUEUE_POLL_MS })
    await DBOS.shutdown()
  },
  async work({ url }, record) {
    await launch(url, record)
    await DBOS.registerQueue(QUEUE, { minPollingIntervalMs: QUEUE_POLL_MS })
    return { stop: () => DBOS.shutdown() }
  },
  async connect({ url }) {
    const client = await DBOSClient.create({ systemDatabaseUrl: url, systemDatabasePoolSize: POOL, applicationName: 'bench' })
    const enqueue = (program: Program, input: Input) =>
      client.enqueue<(typeof programs)[Program]>({ queueName: QUEUE, workflowName: program, appVersion: VERSION }, input)
    return {
      async start(program, input) {
        const handle = await enqueue(program, input)
        return { result: () => handle.getResult({ pollingIntervalMs: RESULT_POLL_MS }) }
      },
      execute: async (program, input) => (await enqueue(program, input)).getResult({ pollingIntervalMs: RESULT_POLL_MS }),
      close: () => client.destroy(),
    }
  },
  ledger,
}
