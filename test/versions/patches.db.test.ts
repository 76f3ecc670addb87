// C5: which patches of a workflow can go, as the client and the command line say.
import { Baton, Worker } from '@baton/runtime'
import { condition, patched, Run, Signal, Step, Workflow } from '@baton/sdk'
import pg from 'pg'
import { expect, test } from 'vitest'
import { runCli } from '../cli/support/run-cli.ts'
import { createDatabase } from '../support/database.ts'
import { locality } from '../support/worker.ts'

class Base {
  protected told = false

  @Step() async work(what: string): Promise<string> {
    return what
  }

  @Signal() async tell(): Promise<void> {
    this.told = true
  }
}

@Workflow({ name: 'patchy' })
class Before extends Base {
  @Run() async run(): Promise<string> {
    await this.work('begin')
    await condition(() => this.told)
    return this.work('old')
  }
}

@Workflow({ name: 'patchy' })
class After extends Base {
  @Run() async run(): Promise<string> {
    const isNew = patched('new-end')
    await this.work('begin')
    await condition(() => this.told)
    return this.work(isNew ? 'new' : 'old')
  }
}

const quiet = { log: () => {}, locality }

test('a patch is kept while executions need its old branch, deprecated while they bear its mark, and then removed', { timeout: 60_000 }, async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const old = await baton.start(Before, { id: 'old', input: undefined })
  {
    await using _worker = await Worker.start({ url, workflows: [Before], ...quiet })
    await expect.poll(async () => (await old.history()).length, { interval: 5, timeout: 20_000 }).toBe(2)
  }
  expect(await baton.patches('patchy')).toEqual([])
  await using _worker = await Worker.start({ url, workflows: [After], ...quiet })
  const young = await baton.start(After, { id: 'young', input: undefined })
  await expect.poll(async () => (await young.history()).length, { interval: 5, timeout: 20_000 }).toBe(3)
  expect(await baton.patches(After)).toMatchObject([{ id: 'new-end', marked: 1, unmarked: 1, verdict: 'keep' }])
  await old.signal('tell')
  expect(await old.result()).toBe('old')
  expect(await baton.patches(After)).toMatchObject([{ id: 'new-end', marked: 1, unmarked: 0, verdict: 'deprecate', oldestMarkedAt: expect.any(Date) as unknown }])
  const { stdout } = await runCli(['patches', 'patchy', '--url', url])
  expect(stdout).toContain('new-end')
  expect(stdout).toContain('deprecatePatch()')
  await young.signal('tell')
  expect(await young.result()).toBe('new')
  expect(await baton.patches(After)).toMatchObject([{ id: 'new-end', marked: 0, unmarked: 0, verdict: 'remove', oldestMarkedAt: undefined }])
})

test('the marks are found by their index', async () => {
  await using database = await createDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`insert into baton.executions (id, workflow, version, queue) select 'x' || i, 'w', '1', 'default' from generate_series(1, 2000) i`)
  await client.query(`insert into baton.events (execution_id, seq, type, command) select 'x' || i, s, (case when s = 2 and i % 100 = 0 then 'Patched' else 'StepCompleted' end)::baton.event_type, 'c'
    from generate_series(1, 2000) i, generate_series(1, 10) s`)
  await client.query('analyze')
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain select p.command, p.execution_id, p.at from baton.events p
    join baton.executions x on x.id = p.execution_id and x.workflow = 'w' where p.type = 'Patched'`)
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('events_patched')
  await client.end()
})
