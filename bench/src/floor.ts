// The physical floor: what one commit and one notification cost here and now, without any engine.
// It is measured again before every workload, for a shared disk has phases; a ratio is taken against the floor beside it.
import pg from 'pg'
import { nowMs, pauseBetween, within } from './clock.ts'
import type { FloorKind, Measurement } from './measurement.ts'
import { median } from './stats.ts'

const PAYLOAD = JSON.stringify({ i: 7 })
const EXECUTION = '01M832YZN7EPGJ93M1T44CZ4XT'

/** As idle as a start meets the system: what has slept longer wakes later, the processors too. */
export const IDLE_MS: readonly [number, number] = [10, 60]

/** What of a floor a ratio needs. */
export type FloorMedians = Readonly<Record<FloorKind, number>>

export interface FloorReading {
  readonly measurements: readonly Measurement[]
  readonly medians: FloorMedians
}

export interface FloorSizes {
  readonly commits: number
  readonly notifications: number
}

export class Floor {
  readonly #writer: pg.Client
  readonly #listener: pg.Client
  #seq = 0

  private constructor(writer: pg.Client, listener: pg.Client) {
    this.#writer = writer
    this.#listener = listener
  }

  static async open(url: string): Promise<Floor> {
    const [writer, listener] = [0, 1].map(() => new pg.Client({ connectionString: url, application_name: 'bench floor' }))
    if (!writer || !listener) throw new Error('unreachable')
    await writer.connect()
    await listener.connect()
    // The least a durable step needs: a row that says what came out, found by execution and place.
    await writer.query(`create table floor_events (
      at timestamptz not null default now(), seq integer not null, execution_id text collate "C" not null, type text not null,
      payload json, primary key (execution_id, seq))`)
    await listener.query('listen floor')
    return new Floor(writer, listener)
  }

  async measure(sizes: FloorSizes): Promise<FloorReading> {
    for (let i = 0; i < 20; i++) await this.#insert()
    const trips = await timed(sizes.commits, () => this.#writer.query({ name: 'one', text: 'select 1' }))
    const commits = await timed(sizes.commits, () => this.#insert())
    const notifications: { heard: number; acknowledged: number }[] = []
    for (let i = 0; i < sizes.notifications; i++) {
      await pauseBetween(...IDLE_MS)
      notifications.push(await this.#notify())
    }
    const heard = notifications.map((each) => each.heard)
    return {
      measurements: [
        { metric: 'round trip', unit: 'ms', samples: trips },
        { metric: 'one prepared insert, one commit', unit: 'ms', samples: commits },
        { metric: 'after a pause: insert + pg_notify, acknowledged', unit: 'ms', samples: notifications.map(({ acknowledged }) => acknowledged) },
        { metric: 'after a pause: insert + pg_notify → listener', unit: 'ms', samples: heard },
      ],
      medians: { commit: median(commits), notify: median(heard) },
    }
  }

  async close(): Promise<void> {
    await this.#listener.end()
    await this.#writer.end()
  }

  #insert(): Promise<unknown> {
    return this.#writer.query({
      name: 'insert',
      text: 'insert into floor_events (execution_id, seq, type, payload) values ($1, $2, $3, $4)',
      values: [EXECUTION, this.#seq++, 'StepCompleted', PAYLOAD],
    })
  }

  async #notify(): Promise<{ readonly heard: number; readonly acknowledged: number }> {
    const heard = new Promise<number>((resolve) => this.#listener.once('notification', () => resolve(nowMs())))
    const begin = nowMs()
    await this.#writer.query({
      name: 'notify',
      text: `with made as (insert into floor_events (execution_id, seq, type, payload) values ($1, $2, $3, $4))
        select pg_notify('floor', '')`,
      values: [EXECUTION, this.#seq++, 'ExecutionStarted', PAYLOAD],
    })
    const acknowledged = nowMs() - begin
    return { heard: (await within(10_000, 'A notification', heard)) - begin, acknowledged }
  }
}

async function timed(n: number, act: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = []
  for (let i = 0; i < n; i++) {
    const begin = nowMs()
    await act()
    samples.push(nowMs() - begin)
  }
  return samples
}
