// A queue knows no result and no join: the adapters' own, for both raw queues. A join is a row that counts down; a result is
// told by NOTIFY to the client that waits for it, and kept nowhere.
import pg from 'pg'

const CHANNEL = 'bench_results'

export const RESULTS = 'no history and no replay; results by NOTIFY, joins by a row of the adapter\'s own; a child is a job'

interface Told {
  readonly tag: string
  readonly sum: number
}

/** What both `pg` and the queues' own helpers can do. */
export type Query = (text: string, values: readonly unknown[]) => Promise<{ readonly rows: readonly unknown[] }>

export async function createJoins(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table bench_joins (tag text primary key, missing integer not null, sum bigint not null default 0)')
  await client.end()
}

export async function openJoin(query: Query, tag: string, steps: number): Promise<void> {
  await query('insert into bench_joins (tag, missing) values ($1, $2)', [tag, steps])
}

/** One statement: the job that finds nobody missing tells the result. */
export async function join(query: Query, tag: string, i: number): Promise<void> {
  await query(
    `with joined as (update bench_joins set missing = missing - 1, sum = sum + $2::bigint where tag = $1 returning tag, missing, sum)
      select pg_notify('${CHANNEL}', json_build_object('tag', tag, 'sum', sum)::text) from joined where missing = 0`,
    [tag, i],
  )
}

export async function tellResult(query: Query, tag: string, sum: number): Promise<void> {
  const told: Told = { tag, sum }
  await query(`select pg_notify('${CHANNEL}', $1)`, [JSON.stringify(told)])
}

/** Owns: the executions a client waits for. */
export class ResultListener {
  readonly #client: pg.Client
  readonly #waiting = new Map<string, (sum: number) => void>()

  private constructor(client: pg.Client) {
    this.#client = client
    client.on('notification', ({ payload = '' }) => {
      const { tag, sum }: Told = JSON.parse(payload)
      this.#waiting.get(tag)?.(sum)
      this.#waiting.delete(tag)
    })
  }

  static async open(url: string): Promise<ResultListener> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    return new ResultListener(client)
  }

  /** To be called before the start: what was told to nobody is lost. */
  expect(tag: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(tag, resolve))
  }

  close(): Promise<void> {
    return this.#client.end()
  }
}
