// What an engine must offer to be measured: one file beside this one, and its name in `index.ts`; a peer's is in `../../peers/src`.
import type pg from 'pg'
import type { Recorder } from '../marks.ts'
import type { Limits } from './limits.ts'

/**
 * The programs every engine writes in its own way. Each step calls the recorder first, then returns `{ i }`; the execution
 * returns the sum of the `i` it got back, so that a step that was lost, repeated or mixed up shows.
 */
export type ProgramName = 'chain' | 'fan' | 'each' | 'kids' | 'nap'

export interface ProgramInput {
  /** Names the execution in the marks. */
  readonly tag: string
  /**
   * How many steps: one after the other in `chain`, all at once and joined in `fan`, a hundred at a time, each in an iteration of its own, in
   * `each`, each in a child execution of its own, all started at once and joined, in `kids` (the marks bear the parent's tag).
   * `nap` is a `chain` that sleeps durably before its last step.
   */
  readonly steps: number
  /** How long `nap` sleeps. */
  readonly ms?: number
}

/** Where an engine is to live. */
export interface Site {
  /** A fresh database; engines that keep their own store may ignore it. */
  readonly url: string
}

/** What becomes of executions that have nothing to do; engines that know only one of the two ignore it. */
export interface WorkerSetting {
  readonly idle: 'stay in memory' | 'leave memory'
}

export interface StartedExecution {
  result(): Promise<number>
}

export interface EngineClient {
  /** Resolves when the start is durable. */
  start(program: ProgramName, input: ProgramInput): Promise<StartedExecution>
  /** Starts and waits for the result, in whatever way is best where the result is wanted from the beginning. */
  execute(program: ProgramName, input: ProgramInput): Promise<number>
  close(): Promise<void>
}

export interface RunningWorker {
  stop(): Promise<void>
}

/** What the engine's own tables say, for the check that nothing was lost or recorded twice. */
export interface Ledger {
  /** Outcomes of steps. */
  readonly steps: number
  /** Different steps that have an outcome; fewer than `steps` means that one was recorded twice. */
  readonly distinctSteps: number
  /** Rows of history of all kinds. */
  readonly rows: number
  readonly completed: number
}

/** A history that can be replayed without the store it came from. */
export interface Replayable {
  readonly events: number
  replay(): Promise<void>
}

export interface Engine {
  readonly name: string
  /** Versions, and every option that is not the default. */
  readonly configuration: string
  /** Absent: all programs. Workloads of others are left out. */
  readonly offers?: ReadonlySet<ProgramName>
  /** Makes the tables. */
  prepare(site: Site): Promise<void>
  /** Takes work; called in the worker's process, or in the driver's where one process is measured. */
  work(site: Site, record: Recorder, setting?: WorkerSetting): Promise<RunningWorker>
  connect(site: Site): Promise<EngineClient>
  /** Absent where the store cannot be asked; then only bodies and results are checked. */
  ledger?(admin: pg.Client): Promise<Ledger>
  /** Its worker is where its client is: it is deployed in the driver's process for all workloads. */
  readonly inProcess?: true
  /** It keeps its history in a server of its own; what Postgres spent says nothing about it. */
  readonly ownStore?: true
  readonly limits?: Limits
  /** Ends what `prepare` has started. */
  dispose?(site: Site): Promise<void>
  /** When the sleep of each `nap` was due, by tag: ms since 1970 of the server's clock. */
  dueTimes?(admin: pg.Client): Promise<ReadonlyMap<string, number>>
  /** How many executions are under way that no worker holds in memory; absent where they never leave it. */
  parked?(admin: pg.Client): Promise<number>
  /** The history of a `chain`; absent where nothing is replayed. */
  history?(admin: pg.Client, tag: string): Promise<Replayable>
  /** Whether a statement, as pg_stat_statements shows it, is there to tell the living workers from the dead. */
  isLiveness?(statement: string): boolean
}
