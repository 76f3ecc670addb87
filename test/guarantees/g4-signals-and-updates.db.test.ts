// G4: what was acknowledged, a signal, an update, a stop, a kill or a token's value, is never lost and is seen once.
import { Baton } from '@baton/runtime'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Basket, Holder, Review, talkingWorkflows } from '../support/talking-workflows.ts'
import { testWorker } from '../support/worker.ts'
import { type Batch, dieAt } from './die-at.ts'

const fruit = ['fig', 'pear', 'plum', 'lime']

/** Signals one after the other, each sent twice under one id, and an update among them. */
async function begin(baton: Baton, prefix: string, meanwhile: (id: string) => Promise<void> = async () => {}): Promise<Batch> {
  const basket = await baton.start(Basket, { id: `${prefix}-basket`, input: { want: 5 } })
  for (const name of fruit.slice(0, 2)) for (let i = 0; i < 2; i++) await basket.with({ id: name }).signal('put', name)
  await meanwhile(basket.id)
  const updated = Promise.all([0, 1].map(() => basket.with({ id: 'update' }).update('add', 'nut')))
  for (const name of fruit.slice(2)) for (let i = 0; i < 2; i++) await basket.with({ id: name }).signal('put', name)
  const ended = Promise.all([
    basket.result().then((items) => expect([...items].sort()).toEqual([...fruit, 'NUT'].sort())),
    updated.then(([one, other]) => expect(one).toBe(other)),
  ])
  return { ids: [basket.id], ended }
}

/** Resolves when an execution has no owner, or its owner no connection. */
async function setAside(url: string, id: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await expect.poll(async () => (await client.query<{ over: boolean }>(
      `select owner is null and status = 'running' or status = 'running' and not exists (
         select from pg_stat_activity where datname = current_database() and application_name like 'baton worker victim%') as over
       from baton.executions where id = $1`,
      [id],
    )).rows[0]?.over, { timeout: 20_000 }).toBe(true)
  } finally {
    await client.end()
  }
}

test.each(['append:before', 'append:after', 'park:before', 'park:after', 'take:after', 'claim:after'])(
  'G4: signals and updates that were acknowledged are seen once, the owner killed at each %s', { timeout: 240_000 },
  async (kind) => {
    await using database = await createDatabase()
    await using baton = await Baton.connect(database.url)
    let deaths = 0
    for (;;) {
      const point = `${kind}@${deaths + 1}`
      const { died } = await dieAt(database.url, baton, point, () => begin(baton, point, (id) => /^(?:park|claim)/.test(kind) ? setAside(database.url, id) : Promise.resolve()), { parkAfter: 20 })
      const seen = (await baton.handle(`${point}-basket`).history()).filter(({ type }) => type === 'SignalReceived' || type === 'UpdateAccepted')
      expect(seen, point).toHaveLength(5)
      if (!died || deaths === 3) break
      deaths++
    }
    expect(deaths).toBeGreaterThan(0)
  },
)

test('G4: what a sender was told of stays when it dies, though nobody serves the execution yet', async () => {
  await using database = await createDatabase()
  const { id } = await (async () => {
    await using sender = await Baton.connect(database.url)
    const handle = await sender.start(Basket, { id: 'orphan', input: { want: 2 } })
    await handle.signal('put', 'a')
    await handle.signal('put', 'b')
    return handle
  })()
  await using _worker = await testWorker(database.url, { workflows: talkingWorkflows })
  await using baton = await Baton.connect(database.url)
  expect(await baton.handle(id).result()).toEqual(['a', 'b'])
})

test.each([['stop', 'stopped'], ['kill', 'killed']] as const)('G4: a %s that was acknowledged is not lost, the owner killed at each append after it', { timeout: 120_000 }, async (how, status) => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  for (const point of ['append:before@2', 'append:after@2', 'append:before@3', 'append:after@3']) {
    const id = `${how}-${point}`
    const { marks } = await dieAt(database.url, baton, point, async () => {
      const handle = await baton.start(Holder, { id, input: 60_000 })
      await handle[how]('enough')
      return { ids: [id], ended: handle.result().catch(() => {}) }
    })
    expect(await baton.handle(id).describe(), point).toMatchObject({ status })
    const did = (what: string): boolean => marks.some(({ key }) => key.endsWith(` ${what}`))
    // It cleans up if it had come so far that there was something to clean up.
    const held = (await baton.handle(id).history()).some(({ type, command }) => type === 'StepCompleted' && command === 'hold')
    expect(did('release'), point).toBe(how === 'stop' && held)
  }
})

test('G4: a token is completed once, whoever is quicker, and its value outlives the owner', { timeout: 120_000 }, async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  for (const point of ['append:before@3', 'append:after@3']) {
    const id = `token-${point}`
    await dieAt(database.url, baton, point, async (marks) => {
      const review = await baton.start(Review, { id, input: 600_000 })
      const mailed = (): string | undefined => marks().find(({ key }) => key.startsWith(id))?.key.split(' ')[1]
      return { ids: [id], ended: completeTwice(baton, mailed).then(() => review.result()).then((result) => expect(result).toEqual({ ok: true })) }
    })
  }
})

async function completeTwice(baton: Baton, token: () => string | undefined): Promise<void> {
  await expect.poll(token, { timeout: 20_000 }).toBeDefined()
  const answers = await Promise.allSettled([0, 1].map(() => baton.complete(token() ?? '', { ok: true })))
  expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true)
}
