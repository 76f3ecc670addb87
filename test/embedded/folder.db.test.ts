import { mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EmbeddedPostgresError, startPostgres } from '@baton/embedded'
import pg from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { query, serverPid } from './server-state.ts'
import { dataDirIn } from './temporary-folder.ts'

const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ name: 'EmbeddedPostgresError', code, message: expect.stringMatching(message) })

describe('the folder', () => {
  test('may have a path longer than a socket may have', async () => {
    const dataDir = await dataDirIn(join('a'.repeat(100), 'b'.repeat(100), 'postgres'))
    await using postgres = await startPostgres({ dataDir })
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
    const socketFolder = new URL(postgres.url).searchParams.get('host') ?? ''
    expect(socketFolder.length).toBeLessThan(90)
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700)
    await postgres.stop()
    await expect(stat(socketFolder)).rejects.toThrow('ENOENT')
  })

  test('may have spaces, commas, quotes and percent signs in its path', async () => {
    const dataDir = await dataDirIn('my data, "50%"\'s + ü')
    await using postgres = await startPostgres({ dataDir })
    expect(postgres.dataDir).toBe(dataDir)
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('is private', async () => {
    const dataDir = await dataDirIn()
    await using postgres = await startPostgres({ dataDir })
    expect((await stat(postgres.dataDir)).mode & 0o777).toBe(0o700)
    expect((await stat(join(dataDir, 'data'))).mode & 0o777).toBe(0o700)
  })

  test('is one folder under two names', async () => {
    const dataDir = await dataDirIn()
    const alias = join(dirname(dataDir), 'alias')
    await symlink(dataDir, alias)
    await using first = await startPostgres({ dataDir })
    await using second = await startPostgres({ dataDir: alias })
    expect(second.url).toBe(first.url)
  })

  test('with a cluster of another Postgres version is refused, and left as it is', async () => {
    const dataDir = await dataDirIn()
    await mkdir(join(dataDir, 'data'), { recursive: true })
    await writeFile(join(dataDir, 'data', 'PG_VERSION'), '9\n')
    await expect(startPostgres({ dataDir })).rejects.toEqual(failure('VersionMismatch', /written by Postgres 9, .*Set BATON_POSTGRES_BIN/))
    expect(await readdir(join(dataDir, 'data'))).toEqual(['PG_VERSION'])
    expect(await readdir(join(dataDir, 'users'))).toEqual([])
  })

  test('with something else in the place of the cluster is refused', async () => {
    const dataDir = await dataDirIn()
    await mkdir(join(dataDir, 'data'), { recursive: true })
    await writeFile(join(dataDir, 'data', 'diary.txt'), 'dear diary')
    await expect(startPostgres({ dataDir })).rejects.toEqual(failure('DataDirUnusable', /holds files but no Postgres cluster/))
  })

  test('that is a file is refused', async () => {
    const dataDir = await dataDirIn()
    await writeFile(dataDir, '')
    await expect(startPostgres({ dataDir })).rejects.toEqual(failure('DataDirUnusable', /cannot be used/))
  })
})

describe('the server', () => {
  test('is reached by Client and Pool, whatever PGPORT, PGHOST and PGSSLMODE say', async () => {
    vi.stubEnv('PGPORT', '1')
    vi.stubEnv('PGHOST', 'nowhere.invalid')
    vi.stubEnv('PGSSLMODE', 'require')
    const dataDir = await dataDirIn()
    await using postgres = await startPostgres({ dataDir })
    expect(await query(postgres.url, 'select current_user as me')).toEqual([{ me: 'postgres' }])
    const pool = new pg.Pool({ connectionString: postgres.url })
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await pool.end()
    vi.unstubAllEnvs()
  })

  test('keeps its promises on disk and off the network', async () => {
    const dataDir = await dataDirIn()
    await using postgres = await startPostgres({ dataDir })
    expect(await query(postgres.url, `select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'listen_addresses', 'max_connections') order by name`)).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '' },
      { name: 'max_connections', setting: '200' },
      { name: 'synchronous_commit', setting: 'on' },
    ])
    expect(await query(postgres.url, `select distinct type, auth_method from pg_hba_file_rules order by type`)).toEqual([
      { type: 'host', auth_method: 'reject' },
      { type: 'local', auth_method: 'trust' },
    ])
    expect(postgres.version).toMatch(/^\d+\.\d+/)
  })

  test('takes settings', async () => {
    const dataDir = await dataDirIn()
    await using postgres = await startPostgres({ dataDir, settings: { work_mem: '12MB', fsync: 'off' } })
    expect(await query(postgres.url, 'show work_mem')).toEqual([{ work_mem: '12MB' }])
    expect(await query(postgres.url, 'show fsync')).toEqual([{ fsync: 'off' }])
  })

  test('is not started with a setting that the launcher needs', async () => {
    const dataDir = await dataDirIn()
    await expect(startPostgres({ dataDir, settings: { port: '5433' } })).rejects.toEqual(failure('SettingRefused', /"port"/))
  })

  test('that refuses to start says why, and can be started right', async () => {
    const dataDir = await dataDirIn()
    const error: unknown = await startPostgres({ dataDir, settings: { shared_buffers: 'much' } }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(EmbeddedPostgresError)
    expect(error).toEqual(failure('StartFailed', /invalid value for parameter "shared_buffers": "much"/))
    await using postgres = await startPostgres({ dataDir })
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('whose socket was removed is replaced', async () => {
    const dataDir = await dataDirIn()
    await using first = await startPostgres({ dataDir })
    const pid = await serverPid(dataDir)
    await rm(join(dataDir, 'socket'), { recursive: true })
    await using second = await startPostgres({ dataDir })
    expect(second.url).toBe(first.url)
    expect(await serverPid(dataDir)).not.toBe(pid)
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})
