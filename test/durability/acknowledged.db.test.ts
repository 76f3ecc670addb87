// What Baton says is done is on the disk: whenever it acknowledges something, the commit of that has been flushed before. The server's
// write-ahead log says where each commit is (pg_walinspect), and another connection reads at the acknowledgement how far it is flushed.
//
// The servers are the test's own, also where DATABASE_URL is set: their settings make an acknowledgement that comes too early plain to see,
// and the weaker ones show that the same test finds weaker durability.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@baton/embedded'
import { Baton, migrate } from '@baton/runtime'
import { expect, test } from 'vitest'
import type { FaultPoint } from '../../packages/runtime/src/log/fault-points.ts'
import { startWorker } from '../../packages/runtime/src/worker/worker.ts'
import { query } from '../embedded/server-state.ts'
import { Acknowledgements, Written } from '../support/acknowledgements.ts'
import { CommitWitness, type Write } from '../support/commit-witness.ts'
import { type Visitor, visitChain, visitChains, visitEnd, visitJourney, visitParked, visitSleep } from '../support/witnessed-visits.ts'
import { WitnessedChain, WitnessedJourney, WitnessedWait } from '../support/witnessed-workflows.ts'

// A flush takes 5 ms at least, so what does not wait for it is ahead of it; and nobody flushes but those who commit.
const plain = {
  commit_delay: '5000', commit_siblings: '0', wal_writer_delay: '10s', wal_writer_flush_after: '1GB', autovacuum: 'off',
  wal_sync_method: 'fsync', wal_keep_size: '1GB',
}

// Where a worker is held up just before it writes.
const heldUp: ReadonlySet<FaultPoint> = new Set(['append:before', 'outcome:before', 'publish:before', 'transact:before'])

type Settings = Readonly<Record<string, string>>

/** A server with Baton's tables, watched. */
async function startServer(stack: AsyncDisposableStack, settings: Settings = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-acknowledged-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }))
  const { url } = stack.use(await startPostgres({ dataDir, settings: { ...plain, ...settings } }))
  await migrate(url)
  const witness = stack.use(await CommitWitness.install(url))
  return { url, witness, told: new Acknowledgements(witness) }
}

type Server = Awaited<ReturnType<typeof startServer>>

/** A client, and workers for what it does. Afterwards all their sessions have ended. */
async function withBaton({ url, witness, told }: Server, act: (visitor: Visitor, work: (parkAfter: number) => Promise<void>) => Promise<void>): Promise<void> {
  const tokens = new Map<string, string>()
  const workflows = [
    { workflow: WitnessedChain, create: () => new WitnessedChain(told) },
    { workflow: WitnessedWait, create: () => new WitnessedWait(told) },
    { workflow: WitnessedJourney, create: () => new WitnessedJourney(told, tokens) },
  ]
  // Two commits long, so that what does not wait for what is held up can be written, and told, before it.
  const holdUp = async (point: FaultPoint): Promise<void> => {
    if (!heldUp.has(point)) return
    await witness.commit()
    await witness.commit()
  }
  await using stack = new AsyncDisposableStack()
  stack.defer(async () => {
    await expect.poll(() => witness.sessions(), { interval: 5 }).toEqual([])
  })
  const baton = stack.use(await Baton.connect(url))
  await act({ baton, told, tokens }, async (parkAfter) => {
    stack.use(await startWorker({ url, name: 'w', workflows, parkAfter, log: () => {} }, holdUp))
  })
}

/** One of each kind. */
function visitAll(server: Server): Promise<void> {
  return withBaton(server, async (visitor, work) => {
    await visitChain(visitor, 'early', 2, () => work(60_000))
    await visitChain(visitor, 'chain', 10)
    await visitJourney(visitor, 'journey')
    await visitEnd(visitor, 'stopped', 'stop')
    await visitEnd(visitor, 'killed', 'kill')
  })
}

const kindsOf = (findings: readonly { readonly what: string; readonly wrong: string }[]): readonly string[] =>
  [...new Set(findings.map(({ what, wrong }) => `${what}: ${wrong}`))].sort()
const settingsOf = (writes: readonly Write[]): readonly string[] => [...new Set(writes.map(({ synchronousCommit }) => synchronousCommit))]

test('whatever is acknowledged has been flushed by its commit before', async () => {
  await using stack = new AsyncDisposableStack()
  const server = await startServer(stack)
  const { witness, told } = server
  await visitAll(server)
  await withBaton(server, async (visitor, work) => {
    await work(50)
    await visitChains(visitor, 'many', 200, 3)
    await Promise.all([visitParked(visitor, 'parked-called'), visitSleep(visitor, 'parked-asleep', 1_000)])
  })
  const all = await witness.writes()
  const { findings, built } = told.judge(all)
  expect(findings).toEqual([])

  // Nothing was written unseen, and no session has asked for less than the server gives.
  expect(await witness.blindSpots()).toEqual([])
  expect(settingsOf(all)).toEqual(['on'])
  expect(await witness.settings('fsync', 'full_page_writes', 'synchronous_commit')).toEqual({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' })
  expect([...new Set(all.map(({ application }) => application))].sort()).toEqual(
    expect.arrayContaining(['baton client client', ...['listen', 'log', 'pool', 'steps', 'streams'].map((which) => `baton worker w ${which}`)]),
  )

  // What the executions were to go through they went through.
  expect([...built].sort()).toEqual(expect.arrayContaining([
    'ChildCompleted', 'ChildStarted', 'ExecutionStarted', 'IterationCompleted', 'MessageDelivered', 'SignalReceived', 'StepCompleted', 'StepRetrying',
    'TimerFired', 'TimerStarted', 'TokenCompleted', 'TokenIssued', 'UpdateAccepted', 'UpdateCompleted', 'executions', 'inbox', 'tasks',
  ]))
  const writes = new Written(all)
  expect(writes.inserted('executions', { id: 'early', owner: null })).toHaveLength(1)
  const given = writes.inserted('executions', { status: 'running' }).map(({ row }) => String(row['id']))
  expect(given.filter((id) => id.startsWith('many-'))).toHaveLength(200)
  const parked = all.filter(({ table, op, row }) => table === 'executions' && op === 'UPDATE' && row['status'] === 'running' && row['owner'] === null)
  expect(parked.map(({ row }) => row['id'])).toEqual(expect.arrayContaining(['parked-called', 'parked-asleep']))
  const outcomes = writes.inserted('events', { type: 'StepCompleted' }).filter(({ row }) => String(row['execution_id']).startsWith('many-'))
  expect(outcomes).toHaveLength(600)
  expect(new Set(outcomes.map(({ committed }) => committed)).size).toBeLessThan(300) // they share commits

  // And the disk was asked for each of the flushes that the server speaks of.
  expect(told.moves).toBeGreaterThan(50)
  expect(await witness.fsyncs()).toBeGreaterThanOrEqual(told.moves)
})

test('a server that does not wait for its commits is found out', async () => {
  await using stack = new AsyncDisposableStack()
  const server = await startServer(stack, { synchronous_commit: 'off' })
  const { witness, told } = server
  await visitAll(server)
  const all = await witness.writes()
  expect(kindsOf(told.judge(all).findings)).toEqual(
    ['body', 'kill', 'publish', 'result', 'signal', 'start', 'stop', 'token', 'update'].map((what) => `${what}: not flushed`),
  )
  expect(settingsOf(all)).toEqual(['off'])
})

test('a server that says it has flushed and does not ask the disk is found out', async () => {
  await using stack = new AsyncDisposableStack()
  const server = await startServer(stack, { fsync: 'off' })
  const { witness, told } = server
  await withBaton(server, (visitor, work) => visitChain(visitor, 'chain', 20, () => work(60_000)))
  expect(told.judge(await witness.writes()).findings).toEqual([])
  expect(told.moves).toBeGreaterThan(20)
  expect(await witness.fsyncs()).toBe(0)
})

test('a transaction that does not wait for its commit is found out, whatever it has set when', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, witness } = await startServer(stack, { fsync: 'off' })
  const inbox = "insert into baton.inbox (execution_id, kind, command) values ('x', 'signal', 'tell')"
  await query(url, `begin; ${inbox}; set local synchronous_commit = off; commit`)
  const before = await witness.flushed()
  const [write] = await witness.writes()
  expect(write).toMatchObject({ table: 'inbox', synchronousCommit: 'off' })
  expect(write?.committed).toBeGreaterThan(before)
})
