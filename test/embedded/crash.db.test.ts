import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startPostgres } from '@baton/embedded'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { processExists, query, serverPid } from './server-state.ts'
import { dataDirIn } from './temporary-folder.ts'

async function killServer(dataDir: string): Promise<number> {
  const pid = await serverPid(dataDir)
  if (pid === undefined) throw new Error('no server to kill')
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => processExists(pid), { timeout: 5000, interval: 5 }).toBe(false)
  return pid
}

describe('after a kill -9 of the server', () => {
  test('the next start recovers what was committed', async () => {
    const dataDir = await dataDirIn()
    await using first = await startPostgres({ dataDir })
    await query(first.url, 'create table kept as select 42 as answer')
    const pid = await killServer(dataDir)

    await using second = await startPostgres({ dataDir })
    expect(await serverPid(dataDir)).not.toBe(pid)
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('the next start waits for a statement that the dead server left running', async () => {
    const dataDir = await dataDirIn()
    await using first = await startPostgres({ dataDir })
    const client = new pg.Client({ connectionString: first.url })
    client.on('error', () => {})
    onTestFinished(() => client.end())
    await client.connect()
    const busy = client.query("do $$ declare until timestamptz := clock_timestamp() + interval '1 second'; begin while clock_timestamp() < until loop end loop; end $$")
      .then(() => 'done', () => 'lost')
    await expect.poll(() => query(first.url, "select 1 from pg_stat_activity where query like 'do %' and state = 'active'"), { interval: 5 })
      .toHaveLength(1)
    await killServer(dataDir)

    await using second = await startPostgres({ dataDir })
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await readFile(join(dataDir, 'server.log'), 'utf8')).toContain('pre-existing shared memory block')
    await busy
  })

  test('a pid file whose pid belongs to another process by now does not keep it from starting', async () => {
    const dataDir = await dataDirIn()
    await using first = await startPostgres({ dataDir })
    await query(first.url, 'create table kept as select 42 as answer')
    const pid = await killServer(dataDir)
    for (const file of [join(dataDir, 'data', 'postmaster.pid'), join(dataDir, 'socket', '.s.PGSQL.5432.lock')]) {
      const text = await readFile(file, 'utf8')
      await writeFile(file, text.replace(String(pid), String(process.pid)))
    }

    await using second = await startPostgres({ dataDir })
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })
})

test('an initdb that was killed leaves nothing behind after the next start', async () => {
  const dataDir = await dataDirIn()
  await mkdir(join(dataDir, 'data.init-1', 'base'), { recursive: true })
  await using postgres = await startPostgres({ dataDir })
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect((await readdir(dataDir)).filter((name) => name.startsWith('data'))).toEqual(['data'])
})

test('a start takes over the lock of a process that died while starting', async () => {
  const dataDir = await dataDirIn()
  await mkdir(dataDir)
  await symlink('11111111-1111-1111-1111-111111111111/9999999.1.1', join(dataDir, 'lock'))
  await using postgres = await startPostgres({ dataDir })
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
})
