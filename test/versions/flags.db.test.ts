// C5: logs say with which behaviours of the engine they are written, and are replayed by runtimes that know these alone.
import { Baton, Worker } from '@baton/runtime'
import { executeChild, Run, Step, Workflow } from '@baton/sdk'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { CURRENT_FLAGS, KNOWN_FLAGS } from '../../packages/runtime/src/core/flags.ts'
import { createDatabase } from '../support/database.ts'
import { locality } from '../support/worker.ts'

const FLAG = 4711

@Workflow({ name: 'flagged-child' })
class Child {
  @Run() async run(): Promise<number> {
    return 1
  }
}

@Workflow({ name: 'flagged' })
class Flagged {
  @Step() async work(): Promise<string> {
    return 'done'
  }

  @Run() async run(): Promise<string> {
    await executeChild(Child, { id: 'child', input: undefined })
    return this.work()
  }
}

afterEach(() => {
  KNOWN_FLAGS.delete(FLAG)
  CURRENT_FLAGS.delete(FLAG)
})

const quiet = { log: () => {}, locality, workflows: [Flagged, Child] }

test('a log of a newer release is blocked by an older one, which writes nothing, and goes on with a newer one of the same code', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  CURRENT_FLAGS.add(FLAG)
  const handle = await baton.start(Flagged, { id: 'newer', input: undefined })
  CURRENT_FLAGS.delete(FLAG)
  {
    await using _older = await Worker.start({ url, ...quiet })
    await expect.poll(() => handle.describe(), { interval: 5, timeout: 20_000 }).toMatchObject({ status: 'blocked', blocked: { code: 'UnknownFlag', reason: expect.stringContaining('4711') as unknown } })
    expect(await handle.history()).toHaveLength(1)
  }
  KNOWN_FLAGS.add(FLAG)
  await using _newer = await Worker.start({ url, ...quiet })
  expect(await handle.result()).toBe('done')
})

test('starts by clients and by parents write the flags there are, and nothing where there are none', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  await using _worker = await Worker.start({ url, ...quiet })
  await baton.execute(Child, { id: 'plain', input: undefined })
  KNOWN_FLAGS.add(FLAG)
  CURRENT_FLAGS.add(FLAG)
  await baton.execute(Flagged, { id: 'parent', input: undefined })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(`select execution_id as id, meta->'flags' as flags from baton.events where seq = 1 order by 1`)
  await client.end()
  expect(rows).toEqual([{ id: 'child', flags: [FLAG] }, { id: 'parent', flags: [FLAG] }, { id: 'plain', flags: null }])
})
