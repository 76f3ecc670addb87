// With a store, large values leave only their keys in the log; what the store or a codec lacks for a while is waited for.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aesGcmCodec, Baton, fileStore, offload, type PayloadCodec, type PayloadOptions, type PayloadStore, postgresStore, Worker } from '@baton/runtime'
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { aKey } from './a-key.ts'
import { MemoryStore } from './memory-store.ts'

const quiet = { log: () => {} }
const LARGE = 200_000

@Workflow({ name: 'heavy' })
class Heavy {
  @Step() async double(text: string): Promise<string> {
    return text + text
  }

  @Step() async size(text: string): Promise<number> {
    return text.length
  }

  @Run() async run({ text, ms = 0 }: { text: string; ms?: number }): Promise<{ size: number; text: string }> {
    const twice = await this.double(text)
    if (ms > 0) await sleep(ms)
    return { size: await this.size(twice), text }
  }
}

async function sizes(url: string): Promise<{ readonly payloads: number; readonly stored: number }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ payloads: number; stored: number }>(
      'select max(octet_length(payload::text)) as payloads, (select coalesce(max(octet_length(data)), 0) from baton.payloads) as stored from baton.events',
    )
    return rows[0] ?? { payloads: 0, stored: 0 }
  } finally {
    await client.end()
  }
}

async function runHeavy(url: string, payloads: PayloadOptions): Promise<void> {
  await using _worker = await Worker.start({ url, workflows: [Heavy], ...quiet, payloads })
  await using baton = await Baton.connect(url, { payloads })
  const text = 'x'.repeat(LARGE)
  expect(await baton.execute(Heavy, { input: { text } })).toEqual({ size: 2 * LARGE, text })
}

test('a store of files has what is large, rows stay small', async () => {
  await using database = await createDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'baton-offload-'))
  try {
    await runHeavy(database.url, { codecs: [aesGcmCodec({ keys: [aKey('one')] }), offload({ store: fileStore({ directory }) })] })
    const { payloads, stored } = await sizes(database.url)
    expect(payloads).toBeLessThan(500)
    expect(stored).toBe(0)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

test('a store of Postgres has what is large, rows stay small', async () => {
  await using database = await createDatabase()
  await using store = postgresStore({ url: database.url })
  await runHeavy(database.url, { codecs: [offload({ store })] })
  const { payloads, stored } = await sizes(database.url)
  expect(payloads).toBeLessThan(500)
  expect(stored).toBe(2 * LARGE + 2)
})

test('bytes that are missing block the execution and are named to the client; put back, it goes on', async () => {
  await using database = await createDatabase()
  const { url } = database
  const store = new MemoryStore()
  const payloads = { codecs: [offload({ store })] }
  await using baton = await Baton.connect(url, { payloads })
  const text = 'x'.repeat(LARGE)
  const handle = await baton.start(Heavy, { id: 'lost', input: { text } })
  const lost = [...store.kept]
  store.kept.clear()
  await expect(handle.history()).rejects.toMatchObject({ code: 'PayloadUnreadable', stage: `offload:${lost[0]?.[0]}` })
  {
    await using _worker = await Worker.start({ url, workflows: [Heavy], ...quiet, payloads })
    await expect.poll(() => handle.describe(), { interval: 10 }).toMatchObject({ status: 'blocked', blocked: { code: 'PayloadUnreadable' } })
  }
  for (const [key, data] of lost) await store.put(key, data)
  await using _worker = await Worker.start({ url, workflows: [Heavy], ...quiet, payloads })
  expect(await handle.result()).toMatchObject({ size: 2 * LARGE })
})

/** A codec that fails each way the first times it is asked. */
function shaky(store: PayloadStore, failures: { encode: number; decode: number }): PayloadCodec {
  const codec = offload({ store, threshold: 1_000 })
  const fails = (way: 'encode' | 'decode'): void => {
    if (failures[way]-- > 0) throw new Error('the store is away')
  }
  return {
    id: codec.id,
    async encode(given) {
      fails('encode')
      return codec.encode(given)
    },
    async decode(given) {
      fails('decode')
      return codec.decode(given)
    },
  }
}

test('a store that is away for a moment delays an execution, and neither blocks nor fails it', async () => {
  await using database = await createDatabase()
  const { url } = database
  const store = new MemoryStore()
  await using baton = await Baton.connect(url, { payloads: { codecs: [offload({ store, threshold: 1_000 })] } })
  const failures = { encode: 1, decode: 1 }
  const said: string[] = []
  await using _worker = await Worker.start({
    url, workflows: [Heavy], payloads: { codecs: [shaky(store, failures)] },
    log: ({ message, error }) => said.push(`${message}: ${error instanceof Error ? error.message : ''}`),
  })
  const text = 'x'.repeat(LARGE)
  const handle = await baton.start(Heavy, { id: 'delayed', input: { text } })
  expect(await handle.result()).toMatchObject({ size: 2 * LARGE })
  expect(Math.max(failures.encode, failures.decode)).toBeLessThanOrEqual(0)
  expect(said.filter((line) => line.includes('the store is away')).length).toBeGreaterThanOrEqual(2)
  expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'StepCompleted', 'StepCompleted', 'ExecutionCompleted'])
})
