// DBOS as it is usually deployed: the process that starts a workflow is the one that runs it.
import { DBOS } from '@dbos-inc/dbos-sdk'
import type { Engine } from '../../src/engines/engine.ts'
import { launch, ledger, POOL, programs } from './dbos-programs.ts'
import type { Input, Program } from './programs.ts'
import { ownMatters } from './own-matters.ts'

export const engine: Engine = {
  name: 'dbos',
  configuration: `@dbos-inc/dbos-sdk 5.3.0; DBOS.startWorkflow in the process that runs it; systemDatabasePoolSize ${POOL} (default 10); forEach as Promise.all of a hundred steps at a time`,
  inProcess: true,
  limits: {
    cannot: {
      ...ownMatters,
      W1: 'its worker is in the client\'s process, which is W1s; dbosq has it in another one',
      W5r: 'its client dies with its worker; dbosq has them apart',
      W8: 'its worker is the client; dbosq has several',
      W9: 'its worker is the client; dbosq has them apart',
    },
  },
  async prepare() {
    // launch() makes the tables
  },
  async work({ url }, record) {
    await launch(url, record)
    return { stop: () => DBOS.shutdown() }
  },
  async connect() {
    const start = (program: Program, input: Input) => DBOS.startWorkflow(programs[program])(input)
    return {
      async start(program, input) {
        const handle = await start(program, input)
        return { result: () => handle.getResult() }
      },
      execute: async (program, input) => (await start(program, input)).getResult(),
      close: async () => {},
    }
  },
  ledger,
}
