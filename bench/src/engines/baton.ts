import { Baton, migrate, Worker, type WorkerOptions } from '@baton/runtime'
import { forEach, Run, Step, Workflow } from '@baton/sdk'
import type pg from 'pg'
import type { Recorder } from '../marks.ts'
import type { Engine, EngineClient, Ledger, ProgramInput, ProgramName, RunningWorker, Site } from './engine.ts'

interface Output {
  readonly i: number
}

@Workflow({ name: 'chain' })
class Chain {
  readonly #record: Recorder

  constructor(record: Recorder) {
    this.#record = record
  }

  @Step() async step(tag: string, i: number): Promise<Output> {
    this.#record(tag, i)
    return { i }
  }

  @Run() async run({ tag, steps }: ProgramInput): Promise<number> {
    let sum = 0
    for (let i = 0; i < steps; i++) sum += (await this.step(tag, i)).i
    return sum
  }
}

@Workflow({ name: 'fan' })
class Fan {
  readonly #record: Recorder

  constructor(record: Recorder) {
    this.#record = record
  }

  @Step() async step(tag: string, i: number): Promise<Output> {
    this.#record(tag, i)
    return { i }
  }

  @Run() async run({ tag, steps }: ProgramInput): Promise<number> {
    const outputs = await Promise.all(Array.from({ length: steps }, (_, i) => this.step(tag, i)))
    return outputs.reduce((sum, { i }) => sum + i, 0)
  }
}

@Workflow({ name: 'each' })
class Each {
  readonly #record: Recorder

  constructor(record: Recorder) {
    this.#record = record
  }

  @Step() async step(tag: string, i: number): Promise<Output> {
    this.#record(tag, i)
    return { i }
  }

  @Run() async run({ tag, steps }: ProgramInput): Promise<number> {
    const items = Array.from({ length: steps }, (_, i) => i)
    const outputs = await forEach(items, { concurrency: 100 }, async (i) => (await this.step(tag, i)).i)
    return outputs.reduce((sum, i) => sum + i, 0)
  }
}

const programs = { chain: Chain, fan: Fan, each: Each } as const

class BatonClient implements EngineClient {
  readonly #baton: Baton

  constructor(baton: Baton) {
    this.#baton = baton
  }

  start(program: ProgramName, input: ProgramInput): Promise<{ result(): Promise<number> }> {
    return this.#baton.start(programs[program], { input })
  }

  execute(program: ProgramName, input: ProgramInput): Promise<number> {
    return this.#baton.execute(programs[program], { input })
  }

  close(): Promise<void> {
    return this.#baton.close()
  }
}

const engine = {
  async prepare({ url }: Site): Promise<void> {
    await migrate(url)
  },
  async connect({ url }: Site): Promise<EngineClient> {
    return new BatonClient(await Baton.connect(url))
  },
  async ledger(admin: pg.Client): Promise<Ledger> {
    const { rows } = await admin.query<Ledger>(`
      select count(*)::int as rows,
        (count(*) filter (where type = 'StepCompleted'))::int as steps,
        (count(distinct (execution_id, command)) filter (where type = 'StepCompleted'))::int as "distinctSteps",
        (count(*) filter (where type = 'ExecutionCompleted'))::int as completed
      from baton.events`)
    const [ledger] = rows
    if (!ledger) throw new Error('baton.events did not answer.')
    return ledger
  },
}

export const baton: Engine = {
  ...engine,
  name: 'baton',
  configuration: 'this checkout; all options at their defaults',
  work: (site, record) => work(site, record, {}),
}

/** Beside `baton` it says what the determinism guard costs. */
export const unguarded: Engine = {
  ...engine,
  name: 'baton-unguarded',
  configuration: 'this checkout; guard: false',
  work: (site, record) => work(site, record, { guard: false }),
}

function work({ url }: Site, record: Recorder, options: Partial<WorkerOptions>): Promise<RunningWorker> {
  return Worker.start({
    url,
    workflows: [
      { workflow: Chain, create: () => new Chain(record) },
      { workflow: Fan, create: () => new Fan(record) },
      { workflow: Each, create: () => new Each(record) },
    ],
    ...options,
  })
}
