import { Baton, migrate, Worker, type WorkerOptions } from '@baton/runtime'
import type { Recorder } from '../../marks.ts'
import type { Engine, EngineClient, ProgramInput, ProgramName, RunningWorker, Site, WorkerSetting } from '../engine.ts'
import { programs, workflowsWith } from './programs.ts'
import { dueTimes, history, isLiveness, ledger, parked } from './store.ts'

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
  dueTimes, history, isLiveness, ledger, parked,
}

export const baton: Engine = {
  ...engine,
  name: 'baton',
  configuration: 'this checkout; all options at their defaults, but parkAfter in W9',
  work: (site, record, setting) => work(site, record, parking(setting)),
}

/** Beside `baton` it says what the determinism guard costs. */
export const unguarded: Engine = {
  ...engine,
  name: 'baton-unguarded',
  configuration: 'this checkout; guard: false',
  work: (site, record, setting) => work(site, record, { ...parking(setting), guard: false }),
}

function work({ url }: Site, record: Recorder, options: Partial<WorkerOptions>): Promise<RunningWorker> {
  return Worker.start({ url, workflows: workflowsWith(record), ...options })
}

function parking(setting: WorkerSetting | undefined): Partial<WorkerOptions> {
  if (setting === undefined) return {}
  return { parkAfter: setting.idle === 'stay in memory' ? '1d' : '100ms' }
}
