// With a codec that encrypts, nothing an author passes can be read in the database, and everything works as without.
import { aesGcmCodec, Baton, type EncryptionKey, type PayloadOptions, Worker } from '@baton/runtime'
import { ApplicationError, Run, sleep, Step, StepFailed, stepContext, Workflow } from '@baton/sdk'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { exportHistory, replay } from '@baton/testing'
import { createDatabase } from '../support/database.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { Chain } from '../support/workflows.ts'
import { aKey } from './a-key.ts'
import { recordWrites } from './written-rows.ts'

const CANARY = 'canary-4111-1111'
const one = aKey('one')
const two = aKey('two')
const quiet = { log: () => {} }

function under(...keys: readonly EncryptionKey[]): { readonly payloads: PayloadOptions } {
  return { payloads: { codecs: [aesGcmCodec({ keys })] } }
}

@Workflow({ name: 'secretive' })
class Secretive {
  @Step({ prefer: 'remote' }) async away(secret: string): Promise<string> {
    return `${secret} from away`
  }

  @Step({ retry: { maxAttempts: 2, delay: 1 } }) async fails(secret: string): Promise<never> {
    throw new Error(`attempt ${stepContext().attempt} on ${secret}`)
  }

  @Run() async run(input: { secret: string }): Promise<string> {
    const far = await this.away(input.secret)
    try {
      await this.fails(input.secret)
    } catch (error) {
      if (!(error instanceof StepFailed) || !(error.cause instanceof Error)) throw error
      throw new ApplicationError(`${far}, ${error.cause.message}`, { details: { secret: input.secret } })
    }
    return far
  }
}

@Workflow({ name: 'napping' })
class Napping {
  @Step() async echo(text: string): Promise<string> {
    return text
  }

  @Step({ queue: 'elsewhere' }) async far(text: string): Promise<string> {
    return text
  }

  @Run() async run({ text, ms = 0, far = false }: { text: string; ms?: number; far?: boolean }): Promise<string> {
    const first = far ? await this.far(text) : await this.echo(text)
    if (ms > 0) await sleep(ms)
    return `${first} ${await this.echo('after')}`
  }
}

/** Runs it to its failure; the lines with the canary among all that was written. */
async function linesWithCanary(options: { readonly payloads?: PayloadOptions }): Promise<readonly string[]> {
  await using database = await createDatabase()
  const { url } = database
  await using writes = await recordWrites(url)
  await using _worker = await Worker.start({ url, workflows: [Secretive], ...quiet, ...options })
  await using baton = await Baton.connect(url, options)
  const handle = await baton.start(Secretive, { id: 'secret', input: { secret: CANARY } })
  await expect(handle.result()).rejects.toMatchObject({ cause: { message: `${CANARY} from away, attempt 2 on ${CANARY}`, details: { secret: CANARY } } })
  const history = await handle.history()
  expect(history.map(({ type }) => type)).toEqual(['ExecutionStarted', 'StepCompleted', 'StepRetrying', 'StepFailed', 'ExecutionFailed'])
  expect(history[0]?.data).toEqual({ input: { secret: CANARY } })
  expect(history[1]?.data).toEqual({ output: `${CANARY} from away` })
  expect(await replay(await exportHistory(handle), Secretive)).toMatchObject({ ended: true })
  const lines = await writes.texts()
  expect(new Set(lines.map((line) => line.split(' ', 1)[0]))).toContain('inbox')
  return lines.filter((line) => line.includes('canary') || line.includes(CANARY))
}

test('no input, argument, result or error stands readable in any table, at any time', async () => {
  expect(await linesWithCanary(under(one))).toEqual([])
  // Without a codec they do, in each of these tables: the look is not blind.
  const tables = new Set((await linesWithCanary({})).map((line) => line.split(' ', 1)[0]))
  expect([...tables].sort()).toEqual(['events', 'inbox', 'tasks'])
})

test('an execution goes on with another worker when its own is killed', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url, under(one))
  await using victim = await startWorkerProcess({ url, dieAt: 'append:after@3', keys: [{ id: 'one', key: Buffer.from(one.key).toString('base64') }] })
  const handle = await baton.start(Chain, { id: 'chain', input: { n: 6, ms: 0 } })
  await victim.exited
  expect(victim.messages).toContainEqual({ hit: 3 })
  await using _worker = await Worker.start({ url, workflows: [Chain], ...quiet, ...under(one) })
  expect(await handle.result()).toBe(15)
  expect((await handle.history()).map(({ data }) => data['output'])).toContainEqual({ i: 5 })
})

describe('a start that is repeated', () => {
  test('is the same if the input is, however it was encrypted', async () => {
    await using database = await createDatabase()
    await using baton = await Baton.connect(database.url, under(one))
    await using rotated = await Baton.connect(database.url, under(two, one))
    const start = { id: 'twice', input: { text: 'x' } }
    await baton.start(Napping, start)
    await rotated.start(Napping, start)
    await expect(rotated.start(Napping, { id: 'twice', input: { text: 'y' } })).rejects.toMatchObject({ code: 'ExecutionIdReused' })
  })

  test('and so in the transaction of a caller', async () => {
    await using database = await createDatabase()
    await using baton = await Baton.connect(database.url, under(one))
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      await client.query('begin')
      await baton.start(Napping, { id: 'mine', input: { text: CANARY }, transaction: client })
      await baton.start(Napping, { id: 'mine', input: { text: CANARY }, transaction: client })
      await client.query('commit')
      const { rows } = await client.query('select payload::text from baton.events')
      expect(rows).toEqual([{ payload: expect.stringMatching(/^\{"\$sealed":\["aes-256-gcm:one"\]/) as unknown }])
    } finally {
      await client.end()
    }
  })
})

test('after a rotation the old key still reads, the new one writes, and rows say which they need', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url, under(two, one))
  const handle = await (async () => {
    await using before = await Baton.connect(url, under(one))
    await using _worker = await Worker.start({ url, workflows: [Napping], ...quiet, ...under(one) })
    await before.start(Napping, { id: 'old', input: { text: 'kept', ms: 500 } })
    const started = baton.handle(Napping, 'old')
    await expect.poll(async () => (await started.history()).length, { interval: 5 }).toBe(3)
    return started
  })()
  await using _worker = await Worker.start({ url, workflows: [Napping], ...quiet, ...under(two, one) })
  expect(await handle.result()).toBe('kept after')
  expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'StepCompleted', 'TimerStarted', 'TimerFired', 'StepCompleted', 'ExecutionCompleted'])
  await using late = await Baton.connect(url, under(two))
  expect(await late.handle(Napping, 'old').result()).toBe('kept after')
  await expect(late.handle(Napping, 'old').history()).rejects.toMatchObject({ code: 'PayloadUnreadable', stage: 'aes-256-gcm:one' })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query("select seq, coalesce(payload->'$sealed'->>0, payload::text) as key from baton.events order by seq")
    expect(rows.map(({ key }) => key as unknown)).toEqual([
      'aes-256-gcm:one', 'aes-256-gcm:one', expect.stringContaining('dueAt'), null, 'aes-256-gcm:two', 'aes-256-gcm:two',
    ])
  } finally {
    await client.end()
  }
})

describe('without the key', () => {
  test('an execution is blocked, loses nothing, and goes on when a worker with the key comes', async () => {
    await using database = await createDatabase()
    const { url } = database
    await using baton = await Baton.connect(url, under(one))
    const fresh = await baton.start(Napping, { id: 'fresh', input: { text: 'fresh' } })
    {
      await using _stranger = await Worker.start({ url, workflows: [Napping], ...quiet, ...under(two) })
      await expect.poll(() => fresh.describe(), { interval: 10 }).toMatchObject({
        status: 'blocked', blocked: { code: 'PayloadUnreadable', reason: expect.stringContaining("'aes-256-gcm:one': the key is not among those given here") as unknown },
      })
      expect(await fresh.history()).toHaveLength(1)
    }
    await using _keyed = await Worker.start({ url, workflows: [Napping], ...quiet, ...under(one) })
    expect(await fresh.result()).toBe('fresh after')
  })

  test('a step that was sent away goes back, for a worker that can read its arguments', async () => {
    await using database = await createDatabase()
    const { url } = database
    const warned = Promise.withResolvers<void>()
    await using baton = await Baton.connect(url, under(one))
    await using stranger = await Worker.start({
      url, workflows: [Napping], queues: ['elsewhere'], ...under(two),
      log: ({ message }) => {
        if (message.includes("Step 'far' of 'sent' was taken and cannot be run here")) warned.resolve()
      },
    })
    await using _owner = await Worker.start({ url, workflows: [Napping], queues: ['default'], ...quiet, ...under(one) })
    const handle = await baton.start(Napping, { id: 'sent', input: { text: 'sent', far: true } })
    await warned.promise
    await stranger.stop()
    await using _able = await Worker.start({ url, workflows: [Napping], queues: ['elsewhere'], ...quiet, ...under(one) })
    expect(await handle.result()).toBe('sent after')
    expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'StepCompleted', 'StepCompleted', 'ExecutionCompleted'])
  })

  test('an owner that cannot read an answer sets the execution aside; the answer waits', async () => {
    await using database = await createDatabase()
    const { url } = database
    await using baton = await Baton.connect(url) // what it writes all can read
    await using _answering = await Worker.start({ url, workflows: [Napping], queues: ['elsewhere'], ...quiet, ...under(one) })
    const handle = await baton.start(Napping, { id: 'answered', input: { text: 'answered', far: true } })
    {
      await using _owner = await Worker.start({ url, workflows: [Napping], queues: ['default'], ...quiet })
      await expect.poll(() => handle.describe(), { interval: 10, timeout: 10_000 }).toMatchObject({ status: 'blocked', blocked: { code: 'PayloadUnreadable' } })
    }
    await using _able = await Worker.start({ url, workflows: [Napping], queues: ['default'], ...quiet, ...under(one) })
    await using reader = await Baton.connect(url, under(one))
    expect(await reader.handle(Napping, 'answered').result()).toBe('answered after')
  })
})
