// Executions and publishers without a worker: rows, and the writer that workers publish with.
import { Baton, type StreamItem, type StreamOptions } from '@baton/runtime'
import { type Database, openDatabase } from '../../packages/runtime/src/log/database.ts'
import { type Faults, noFaults } from '../../packages/runtime/src/log/fault-points.ts'
import { namesOf } from '../../packages/runtime/src/log/names.ts'
import { StreamWriter } from '../../packages/runtime/src/log/stream-writer.ts'
import { PayloadBorder } from '../../packages/runtime/src/payload/payload-border.ts'
import { collect } from '../support/collect.ts'
import { createDatabase } from '../support/database.ts'

export class Scene implements AsyncDisposable {
  readonly url: string
  readonly baton: Baton
  readonly database: Database
  readonly #drop: AsyncDisposable
  readonly #writers: StreamWriter[] = []

  private constructor(url: string, baton: Baton, database: Database, drop: AsyncDisposable) {
    this.url = url
    this.baton = baton
    this.database = database
    this.#drop = drop
  }

  static async open(): Promise<Scene> {
    const test = await createDatabase()
    const database = openDatabase({ url: test.url, names: namesOf(), name: 'scene', max: 10, onError: () => {} })
    return new Scene(test.url, await Baton.connect(test.url), database, test)
  }

  /** An execution that goes on until `end`. */
  async execution(id: string): Promise<void> {
    await this.database.db.insertInto('executions').values({ id, workflow: 'w', version: '1', queue: 'q', status: 'running' }).execute()
  }

  /** As the owner's last commit does: the end and its notification. */
  async end(id: string): Promise<void> {
    await this.database.pool.query(
      `with ended as (update baton.executions set status = 'completed', ended_at = now() where id = $1 returning id, awaited)
        select pg_notify('baton_ended', id) from ended where awaited`,
      [id],
    )
  }

  /** A worker's way to publish. */
  async worker(faults: Faults = noFaults, onFenced: () => void = () => {}): Promise<StreamWriter & { readonly id: number }> {
    const { database, url } = this
    const { id } = await database.db.insertInto('workers').values({ name: 'w', queues: ['q'] } as never).returning('id').executeTakeFirstOrThrow()
    const writer = new StreamWriter({ url, names: namesOf(), worker: id, application: 'scene', border: new PayloadBorder(), faults, onFenced })
    this.#writers.push(writer)
    return Object.assign(writer, { id })
  }

  /** What stands in a stream now. */
  async standing(id: string, stream = 's'): Promise<readonly StreamItem[]> {
    return collect(this.baton.handle(id).stream(stream, { follow: false }))
  }

  read(id: string, options: StreamOptions = {}): AsyncGenerator<StreamItem<unknown>, void, undefined> {
    return this.baton.handle(id).stream('s', options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const writer of this.#writers) await writer.end()
    await this.baton.close()
    await this.database.close()
    await this.#drop[Symbol.asyncDispose]()
  }
}

/** The next `n` values of a reader. */
export async function take(reader: AsyncGenerator<StreamItem, void, undefined>, n: number): Promise<unknown[]> {
  const values: unknown[] = []
  while (values.length < n) {
    const { value, done } = await reader.next()
    if (done) break
    values.push(value.value)
  }
  return values
}

export function item(execution: string, value: unknown, more: { key?: string; stream?: string; command?: string; attempt?: number } = {}) {
  return { execution, stream: more.stream ?? 's', command: more.command ?? 'c', attempt: more.attempt ?? 1, key: more.key ?? null, payload: JSON.stringify(value) }
}
