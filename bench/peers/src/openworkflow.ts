import { OpenWorkflow } from 'openworkflow'
import { BackendPostgres } from 'openworkflow/postgres'
import type { Engine } from '../../src/engines/engine.ts'
import type { Recorder } from '../../src/marks.ts'
import { inHundreds, indices, type Input, type Output, type Program, sum } from './programs.ts'
import { readLedger } from './read-ledger.ts'
import { ownMatters } from './own-matters.ts'

const CONCURRENCY = 50

export const engine: Engine = {
  name: 'openworkflow',
  configuration:
    `openworkflow 0.10.1 with openworkflow/postgres; worker concurrency ${CONCURRENCY} (default 1, its documentation advises 10); ` +
    'fixed in its code: poll 100 ms to 1 s, result poll 1 s, lease 30 s, 1,000 steps an execution',
  limits: {
    cannot: { ...ownMatters, W4f: 'an execution may have 1,000 steps' },
    fewer: {
      why: 'an execution may have 1,000 steps, a start is found by a poll of up to 1 s, a result by one of 1 s, a dead worker by a lease of 30 s',
      sizes: { longChain: 999, longestChain: 999, starts: 20, endToEnd: 20 },
      repetitions: { W5r: 1 },
    },
    startsApartMs: [400, 1600],
  },
  async prepare({ url }) {
    await (await backendOf(url)).stop()
  },
  async work({ url }, record) {
    const backend = await backendOf(url)
    const client = new OpenWorkflow({ backend })
    define(client, record)
    const worker = client.newWorker({ concurrency: CONCURRENCY })
    await worker.start()
    return {
      async stop() {
        await worker.stop()
        await backend.stop()
      },
    }
  },
  async connect({ url }) {
    const backend = await backendOf(url)
    const programs = define(new OpenWorkflow({ backend }), () => {})
    const start = (program: Program, input: Input) => programs[program].run(input)
    return {
      async start(program, input) {
        const handle = await start(program, input)
        return { result: () => handle.result() }
      },
      execute: async (program, input) => (await start(program, input)).result(),
      close: () => backend.stop(),
    }
  },
  ledger: (admin) => readLedger(admin, `
    select (count(*) filter (where step_name like 'step %' and status = 'completed'))::int as steps,
      (count(distinct (workflow_run_id, step_name)) filter (where step_name like 'step %' and status = 'completed'))::int as "distinctSteps",
      (count(*) + (select count(*) from openworkflow.workflow_runs))::int as rows,
      (select count(*) from openworkflow.workflow_runs where status = 'completed')::int as completed
    from openworkflow.step_attempts`),
}

function define(client: OpenWorkflow, record: Recorder) {
  type Step = Parameters<Parameters<typeof client.defineWorkflow>[1]>[0]['step']
  const run = (step: Step, tag: string, i: number): Promise<Output> =>
    step.run({ name: `step ${i}` }, () => {
      record(tag, i)
      return { i }
    })
  const all = (step: Step, tag: string, some: readonly number[]): Promise<Output[]> => Promise.all(some.map((i) => run(step, tag, i)))
  async function inSequence({ input: { tag, steps, ms }, step }: { input: Input; step: Step }): Promise<number> {
    let total = 0
    for (let i = 0; i < steps; i++) {
      if (ms !== undefined && i === steps - 1) await step.sleep('nap', `${ms}ms`)
      total += (await run(step, tag, i)).i
    }
    return total
  }
  const kid = client.defineWorkflow<{ tag: string; i: number }, Output>({ name: 'kid' }, ({ input: { tag, i }, step }) => run(step, tag, i))
  return {
    chain: client.defineWorkflow<Input, number>({ name: 'chain' }, inSequence),
    nap: client.defineWorkflow<Input, number>({ name: 'nap' }, inSequence),
    fan: client.defineWorkflow<Input, number>({ name: 'fan' }, async ({ input: { tag, steps }, step }) => sum(await all(step, tag, indices(steps)))),
    each: client.defineWorkflow<Input, number>({ name: 'each' }, ({ input: { tag, steps }, step }) => inHundreds(steps, (some) => all(step, tag, some))),
    kids: client.defineWorkflow<Input, number>({ name: 'kids' }, async ({ input: { tag, steps }, step }) =>
      sum(await Promise.all(indices(steps).map((i) => step.runWorkflow(kid.workflow.spec, { tag, i }, { name: `kid ${i}` })))),
    ),
  } as const
}

/** Its driver takes a socket's folder from PGHOST only, never from the URL. */
async function backendOf(url: string): Promise<BackendPostgres> {
  const { searchParams, pathname, port, username } = new URL(url)
  const socket = searchParams.get('host')
  if (!socket) return BackendPostgres.connect(url)
  const before = { PGHOST: process.env['PGHOST'], PGPORT: process.env['PGPORT'], PGUSER: process.env['PGUSER'] }
  Object.assign(process.env, { PGHOST: socket, PGPORT: port, PGUSER: decodeURIComponent(username) })
  try {
    return await BackendPostgres.connect(`postgres://${pathname}`)
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}
