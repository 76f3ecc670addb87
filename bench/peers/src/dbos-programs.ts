// DBOS keeps its workflows in a registry of the process: they are registered once, whatever database is used next.
import { DBOS } from '@dbos-inc/dbos-sdk'
import type { Ledger } from '../../src/engines/engine.ts'
import type { Recorder } from '../../src/marks.ts'
import { inHundreds, indices, type Input, type Output, type Program, sum } from './programs.ts'
import { type Admin, readLedger } from './read-ledger.ts'

/** A worker runs executions of its own version only. */
export const VERSION = 'bench'
export const POOL = 20

let record: Recorder = () => {}

export const programs: Readonly<Record<Program, (input: Input) => Promise<number>>> = {
  chain: DBOS.registerWorkflow(chain, { name: 'chain' }),
  nap: DBOS.registerWorkflow((input: Input) => chain(input), { name: 'nap' }),
  fan: DBOS.registerWorkflow(async ({ tag, steps }: Input) => sum(await all(tag, indices(steps))), { name: 'fan' }),
  each: DBOS.registerWorkflow(async ({ tag, steps }: Input) => inHundreds(steps, (some) => all(tag, some)), { name: 'each' }),
  kids: DBOS.registerWorkflow(kids, { name: 'kids' }),
}

const kid = DBOS.registerWorkflow((tag: string, i: number) => step(tag, i), { name: 'kid' })

async function chain({ tag, steps, ms }: Input): Promise<number> {
  let total = 0
  for (let i = 0; i < steps; i++) {
    if (ms !== undefined && i === steps - 1) await DBOS.sleep(ms)
    total += (await step(tag, i)).i
  }
  return total
}

async function kids({ tag, steps }: Input): Promise<number> {
  const started = await Promise.all(indices(steps).map((i) => DBOS.startWorkflow(kid)(tag, i)))
  return sum(await Promise.all(started.map((handle) => handle.getResult())))
}

function all(tag: string, some: readonly number[]): Promise<Output[]> {
  return Promise.all(some.map((i) => step(tag, i)))
}

function step(tag: string, i: number): Promise<Output> {
  return DBOS.runStep(async () => {
    record(tag, i)
    return { i }
  }, { name: 'step' })
}

export async function launch(url: string, recorder: Recorder): Promise<void> {
  record = recorder
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, logLevel: 'error', applicationVersion: VERSION, systemDatabasePoolSize: POOL })
  await DBOS.launch()
}

export function ledger(admin: Admin): Promise<Ledger> {
  return readLedger(admin, `
    select (count(*) filter (where function_name = 'step'))::int as steps,
      (count(distinct (workflow_uuid, function_id)) filter (where function_name = 'step'))::int as "distinctSteps",
      (count(*) + (select count(*) from dbos.workflow_status))::int as rows,
      (select count(*) from dbos.workflow_status where status = 'SUCCESS')::int as completed
    from dbos.operation_outputs`)
}
