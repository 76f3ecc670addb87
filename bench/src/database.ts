// Owns: the server the run measures on, and the databases it makes there and drops.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@baton/embedded'
import pg from 'pg'
import { pause } from './clock.ts'

/** After a CHECKPOINT the disk is given this long to come to rest. */
const SETTLE_MS = 200

/** A database of its own for one deployment. */
export interface BenchDatabase {
  readonly url: string
  readonly admin: pg.Client
  drop(): Promise<void>
}

let made = 0

export class Server {
  readonly kind: 'embedded' | 'DATABASE_URL'
  readonly #url: string
  readonly #root: pg.Client
  readonly #stop: () => Promise<void>
  #mayCheckpoint = true

  private constructor(kind: Server['kind'], url: string, root: pg.Client, stop: () => Promise<void>) {
    this.kind = kind
    this.#url = url
    this.#root = root
    this.#stop = stop
  }

  /** The server of DATABASE_URL, else an embedded one in a temporary folder. */
  static async open(): Promise<Server> {
    const given = process.env['DATABASE_URL']
    if (given) return new Server('DATABASE_URL', given, await connect(given), async () => {})
    return Server.#embedded({})
  }

  /** A server on which nothing else runs, and which counts statements; one that was given by DATABASE_URL is what it is. */
  async quiet(): Promise<Server> {
    if (this.kind === 'DATABASE_URL') return new Server('DATABASE_URL', this.#url, await connect(this.#url), async () => {})
    return Server.#embedded({ shared_preload_libraries: 'pg_stat_statements' })
  }

  static async #embedded(settings: Readonly<Record<string, string>>): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'))
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings })
    return new Server('embedded', postgres.url, await connect(postgres.url), async () => {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    })
  }

  async fresh(): Promise<BenchDatabase> {
    const name = `bench_${process.pid}_${++made}`
    await this.#root.query(`create database ${name}`)
    const url = new URL(this.#url)
    url.pathname = `/${name}`
    const admin = await connect(url.href)
    return {
      url: url.href,
      admin,
      drop: async () => {
        await admin.end()
        await this.#gone(name)
        await this.#root.query(`drop database ${name} with (force)`)
      },
    }
  }

  /** Gives connections that are being closed a moment: one that is cut meanwhile is an error of the engine's. */
  async #gone(database: string): Promise<void> {
    for (let i = 0; i < 40; i++) {
      const { rowCount } = await this.#root.query('select from pg_stat_activity where datname = $1', [database])
      if (rowCount === 0) return
      await pause(50)
    }
  }

  /** Gives every workload the same start: nothing left to write, so that WAL figures hold the same full-page images. */
  async checkpoint(): Promise<void> {
    if (!this.#mayCheckpoint) return
    try {
      await this.#root.query('checkpoint')
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error
      this.#mayCheckpoint = false
      process.stderr.write('bench: no right to CHECKPOINT; WAL figures may vary with the server\'s own checkpoints\n')
    }
    await pause(SETTLE_MS)
  }

  async close(): Promise<void> {
    await this.#root.end()
    await this.#stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'bench' })
  await client.connect()
  return client
}
