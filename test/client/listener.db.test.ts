// Whatever a client waits for, it listens over one connection; and that one may break, fall silent or be closed at any time.
import { setTimeout as wait } from 'node:timers/promises'
import { Baton, Worker } from '@baton/runtime'
import { condition, Run, Signal, Step, stepContext, Update, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { type Ear, Listener } from '../../packages/runtime/src/client/listener.ts'
import { createDatabase } from '../support/database.ts'
import { proxyPostgres } from '../support/postgres-proxy.ts'
import { locality } from '../support/worker.ts'

@Workflow({ name: 'counter' })
class Counter {
  isOpen = false

  @Signal() open(): void {
    this.isOpen = true
  }

  @Update() async ask(): Promise<string> {
    await condition(() => this.isOpen)
    return 'answered'
  }

  @Step() async announce(): Promise<void> {
    await stepContext().publish('news', 'open')
  }

  @Run() async run(): Promise<string> {
    await condition(() => this.isOpen)
    await this.announce()
    return 'over'
  }
}

class Recorder implements Ear {
  readonly channels: readonly string[]
  readonly keys: string[] = []
  looks = 0

  constructor(...channels: string[]) {
    this.channels = channels
  }

  heard(channel: string, keys: readonly string[]): void {
    this.keys.push(...keys.map((key) => `${channel} ${key}`))
  }

  missed(): void {
    this.looks++
  }
}

async function adminOf({ url }: { readonly url: string }): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

/** The names of the clients' connections whose last statement was a LISTEN. */
async function listening(admin: pg.Client): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select application_name as name from pg_stat_activity where datname = current_database() and application_name like 'baton client %' and query like 'listen %' and state = 'idle'`,
  )
  return rows.map(({ name }) => name)
}

/** Resolves when a result, an update and a stream are waited for. */
async function allWait(admin: pg.Client): Promise<void> {
  await expect.poll(async () => (await admin.query(
    `select from baton.executions x join baton.streams s on s.execution_id = x.id join baton.events e on e.execution_id = x.id
      where x.awaited and s.followed and e.type = 'UpdateAccepted'`,
  )).rowCount, { interval: 5 }).toBe(1)
}

async function terminate(admin: pg.Client): Promise<void> {
  const { rowCount } = await admin.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name like 'baton client % listen'`,
  )
  expect(rowCount).toBe(1)
}

test('a client that waits for a result, an update and a stream listens over one connection, and its loss costs none of them', async () => {
  await using database = await createDatabase()
  await using admin = await adminOf(database)
  await using _worker = await Worker.start({ url: database.url, workflows: [Counter], locality, log: () => {} })
  await using baton = await Baton.connect(database.url, { name: 'shop' })
  const handle = await baton.start(Counter, { id: 'counter', input: undefined })
  const waiting = Promise.all([handle.result(), handle.update('ask'), handle.stream('news').next()])
  await allWait(admin)
  expect(await listening(admin)).toEqual(['baton client shop listen'])
  await terminate(admin)
  await handle.signal('open')
  expect(await waiting).toMatchObject(['over', 'answered', { value: { value: 'open' } }])
})

test('a connection that comes back listens for all ears, and tells them to look', async () => {
  await using database = await createDatabase()
  await using admin = await adminOf(database)
  const listener = new Listener(database.url, 'baton client shop')
  const [one, other] = [new Recorder('a', 'b'), new Recorder('b')]
  await Promise.all([listener.listen(one), listener.listen(other), listener.listen(other)])
  await admin.query(`notify a, E'1\\n2'`)
  await expect.poll(() => one.keys, { interval: 5 }).toEqual(['a 1', 'a 2'])
  const { looks } = one
  await terminate(admin)
  await expect.poll(() => listening(admin), { interval: 5 }).toEqual(['baton client shop listen'])
  await expect.poll(() => one.looks, { interval: 5 }).toBeGreaterThan(looks)
  expect(other.looks).toBe(one.looks)
  await admin.query(`notify b, '3'`)
  await expect.poll(() => [one.keys.at(-1), other.keys], { interval: 5 }).toEqual(['b 3', ['b 3']])
  await admin.query(`notify a, '*'`)
  await admin.query(`notify b, '4'`)
  await expect.poll(() => one.keys, { interval: 5 }).toEqual(['a 1', 'a 2', 'b 3', 'b 4'])
  await listener.close()
  expect(await listening(admin)).toEqual([])
})

test('an ear that begins to listen while the connection breaks hears all the same', async () => {
  await using database = await createDatabase()
  await using admin = await adminOf(database)
  let lost = 0
  await using proxy = await proxyPostgres(database.url, (_, text) => {
    if (!text.includes('listen b') || lost > 0) return 'pass'
    lost++
    return 'lose answer'
  })
  const listener = new Listener(proxy.url, 'baton client shop')
  const [one, other] = [new Recorder('a'), new Recorder('b')]
  await listener.listen(one)
  await listener.listen(other)
  expect(lost).toBe(1)
  await admin.query(`notify a, '1'`)
  await admin.query(`notify b, '2'`)
  await expect.poll(() => [one.keys, other.keys], { interval: 5 }).toEqual([['a 1'], ['b 2']])
  await listener.close()
})

test('a connection that has fallen silent does not keep an ear from listening', async () => {
  await using database = await createDatabase()
  await using admin = await adminOf(database)
  await using proxy = await proxyPostgres(database.url)
  const listener = new Listener(proxy.url, 'baton client shop')
  const [one, other] = [new Recorder('a'), new Recorder('b')]
  await listener.listen(one)
  for (const connection of proxy.connections) connection.silence()
  await listener.listen(other)
  await admin.query(`notify a, '1'`)
  await admin.query(`notify b, '2'`)
  await expect.poll(() => [one.keys, other.keys], { interval: 5 }).toEqual([['a 1'], ['b 2']])
  await listener.close()
})

test('who would listen to a server that is away is let go when the listener is closed', async () => {
  await using database = await createDatabase()
  await using proxy = await proxyPostgres(database.url)
  const [never, once] = [new Listener(proxy.url, 'baton client never'), new Listener(proxy.url, 'baton client once')]
  await once.listen(new Recorder('a'))
  proxy.cut()
  const waiting = Promise.all([never.listen(new Recorder('a')), once.listen(new Recorder('b'))])
  await wait(50) // attempts that fail
  await Promise.all([never.close(), once.close()])
  expect(await waiting).toHaveLength(2)
  await once.listen(new Recorder('c'))
})

test('a listener that is closed while it opens leaves no connection behind', async () => {
  await using database = await createDatabase()
  await using admin = await adminOf(database)
  const listener = new Listener(database.url, 'baton client shop')
  const opening = listener.listen(new Recorder('a'))
  await listener.close()
  await opening
  const { rows } = await admin.query(`select from pg_stat_activity where datname = current_database() and application_name like 'baton client %'`)
  expect(rows).toEqual([])
})

test('all who wait are told when the client is closed', async () => {
  await using database = await createDatabase()
  await using admin = await adminOf(database)
  await using _worker = await Worker.start({ url: database.url, workflows: [Counter], locality, log: () => {} })
  const baton = await Baton.connect(database.url)
  const handle = await baton.start(Counter, { id: 'counter', input: undefined })
  const waiting = Promise.allSettled([handle.result(), handle.update('ask'), handle.stream('news').next()])
  await allWait(admin)
  await baton.close()
  const closed = { status: 'rejected', reason: { code: 'ClientClosed' } }
  expect(await waiting).toMatchObject([closed, closed, closed])
})

test('two who wait for the same answer both get it', async () => {
  await using database = await createDatabase()
  await using _worker = await Worker.start({ url: database.url, workflows: [Counter], locality })
  await using baton = await Baton.connect(database.url)
  const handle = await baton.start(Counter, { id: 'twice', input: undefined })
  const asked = Promise.all([0, 1].map(() => handle.with({ id: 'same' }).update('ask')))
  await expect.poll(async () => (await handle.history()).some(({ type }) => type === 'UpdateAccepted')).toBe(true)
  await handle.signal('open')
  expect(await asked).toEqual(['answered', 'answered'])
})
