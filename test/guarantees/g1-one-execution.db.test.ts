// G1: one execution for an id, however often and from wherever start is called, whatever becomes of connections and workers.
import { Baton } from '@baton/runtime'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { proxyPostgres } from '../support/postgres-proxy.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { testWorker } from '../support/worker.ts'
import { Chain } from '../support/workflows.ts'

const input = { n: 3, ms: 0 }

async function executionsOf(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ id: string }>("select execution_id as id from baton.events where type = 'ExecutionStarted' order by 1")
  await client.end()
  return rows.map(({ id }) => id)
}

test('G1: many clients that start an id at once, again and again, start one execution, whose steps run once', async () => {
  await using stack = new AsyncDisposableStack()
  const marks = stack.use(marksFile())
  const { url } = stack.use(await createDatabase())
  for (const name of ['one', 'other']) stack.use(await testWorker(url, { name }))
  const clients: Baton[] = []
  for (let i = 0; i < 4; i++) clients.push(stack.use(await Baton.connect(url)))
  const results = await Promise.all(clients.flatMap((baton) => Array.from({ length: 25 }, () => baton.execute(Chain, { id: 'same', input }))))
  expect(new Set(results)).toEqual(new Set([3]))
  expect(await executionsOf(url)).toEqual(['same'])
  expect(marks.read()).toHaveLength(3)
})

test('G1: a start whose answer is lost with its connection is repeated, and is one execution', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  let lost = 0
  const proxy = stack.use(await proxyPostgres(url, ({ application }, text) => {
    if (lost > 0 || !application.startsWith('baton client') || !/\bcommit\b/i.test(text)) return 'pass'
    lost++
    return 'lose answer'
  }))
  const baton = stack.use(await Baton.connect(proxy.url))
  const handle = await baton.start(Chain, { id: 'lost', input })
  expect(lost).toBe(1)
  expect(await executionsOf(url)).toEqual(['lost'])
  stack.use(await testWorker(url))
  expect(await handle.result()).toBe(3)
})

test.each(['take:before@1', 'take:after@1', 'claim:before@1', 'claim:after@1', 'append:before@1', 'append:after@1', 'append:after@3'])(
  'G1: started again while its worker dies at %s, it is one execution', { timeout: 60_000 },
  async (dieAt) => {
    await using stack = new AsyncDisposableStack()
    const { url } = stack.use(await createDatabase())
    const baton = stack.use(await Baton.connect(url))
    // An execution is claimed where there was no worker that it could be given to.
    if (dieAt.startsWith('claim')) await baton.start(Chain, { id: 'again', input })
    const victim = stack.use(await startWorkerProcess({ url, dieAt }))
    const handle = await baton.start(Chain, { id: 'again', input })
    await Promise.race([victim.exited, handle.result()])
    await Promise.all(Array.from({ length: 10 }, () => baton.start(Chain, { id: 'again', input })))
    stack.use(await testWorker(url))
    expect(await handle.result()).toBe(3)
    expect(await baton.execute(Chain, { id: 'again', input })).toBe(3)
    expect(await executionsOf(url)).toEqual(['again'])
    expect((await handle.history()).filter(({ type }) => type === 'StepCompleted')).toHaveLength(3)
  },
)
