import { chmod, chown, cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { resolveDatabaseUrl, startPostgres } from '@baton/embedded'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { findBinaries } from '../../packages/embedded/src/find-binaries.ts'
import { query, serverPid } from './server-state.ts'
import { dataDirIn, temporaryFolder } from './temporary-folder.ts'

afterEach(() => { vi.unstubAllEnvs() })

describe('the programs', () => {
  test('of BATON_POSTGRES_BIN are the only ones that count', async () => {
    const dataDir = await dataDirIn()
    vi.stubEnv('BATON_POSTGRES_BIN', '/nonexistent/bin')
    await expect(startPostgres({ dataDir })).rejects.toEqual(expect.objectContaining({
      code: 'BinariesMissing',
      message: expect.stringMatching(/BATON_POSTGRES_BIN to the folder[^]*BATON_POSTGRES_BIN: .*ENOENT/),
    }))
  })

  test('are chosen by the version of the cluster that is there', async () => {
    const bin = await fakePrograms('9.6.24')
    const dataDir = await dataDirIn()
    await mkdir(join(dataDir, 'data'), { recursive: true })
    await writeFile(join(dataDir, 'data', 'PG_VERSION'), '9\n')
    vi.stubEnv('BATON_POSTGRES_BIN', '')
    vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH'] ?? ''}`)
    // The fake one is found and run: it prints its arguments, which then stand in the log that the error quotes.
    await expect(startPostgres({ dataDir })).rejects.toEqual(expect.objectContaining({
      code: 'StartFailed',
      message: expect.stringMatching(/^Postgres 9\.6\.24 did not start[^]*fake postgres -D /),
    }))
  })
})

describe('DATABASE_URL', () => {
  test('is used when it is set', async () => {
    vi.stubEnv('DATABASE_URL', 'postgres://someone@example.invalid/db')
    await using database = await resolveDatabaseUrl({ dataDir: '/nonexistent/never/made' })
    expect(database).toMatchObject({ url: 'postgres://someone@example.invalid/db', embedded: false })
  })

  test('unset or empty leads to the embedded server', async () => {
    vi.stubEnv('DATABASE_URL', '')
    const dataDir = await dataDirIn()
    const database = await resolveDatabaseUrl({ dataDir })
    expect(database.embedded).toBe(true)
    expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await database.stop()
    expect(await serverPid(dataDir)).toBeUndefined()
  })
})

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  test('without user namespaces the server runs as nobody', async () => {
    const dataDir = await dataDirIn()
    await chmod(join(dataDir, '..'), 0o755)
    const bin = await temporaryFolder()
    await program(bin, 'unshare', 'exit 1')
    await programsForAll(dataDir)
    vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH'] ?? ''}`)
    await using postgres = await startPostgres({ dataDir })
    expect(await serverUser(dataDir)).toBe(65_534)
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await using again = await startPostgres({ dataDir })
    expect(again.url).toBe(postgres.url)
  })

  test("somebody's cluster is run as them", async () => {
    const dataDir = await dataDirIn()
    await chmod(join(dataDir, '..'), 0o755)
    const uid = 4242
    await programsForAll(dataDir)
    const make = await startPostgres({ dataDir })
    await make.stop()
    await giveTo(dataDir, uid)
    await using postgres = await startPostgres({ dataDir })
    expect(await serverUser(dataDir)).toBe(uid)
    expect((await stat(join(dataDir, 'server.log'))).uid).toBe(uid)
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

/** Programs that every user can reach: the project may lie in a folder of root's alone. */
async function programsForAll(dataDir: string): Promise<void> {
  const { folder } = await findBinaries(join(dataDir, 'data'), undefined)
  if (folder.startsWith('/usr/')) return
  const copy = await temporaryFolder()
  await chmod(copy, 0o755)
  await cp(join(folder, '..'), copy, { recursive: true, verbatimSymlinks: true })
  vi.stubEnv('BATON_POSTGRES_BIN', join(copy, 'bin'))
}

async function serverUser(dataDir: string): Promise<number> {
  return (await stat(`/proc/${await serverPid(dataDir)}`)).uid
}

async function giveTo(folder: string, uid: number): Promise<void> {
  await chown(folder, uid, uid)
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, uid)
}

async function fakePrograms(version: string): Promise<string> {
  const bin = await temporaryFolder()
  await chmod(bin, 0o755)
  for (const name of ['postgres', 'initdb']) {
    await program(bin, name, `[ "$1" = --version ] && echo "${name} (PostgreSQL) ${version}" && exit; echo "fake ${name} $*"; exit 1`)
  }
  return bin
}

async function program(folder: string, name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}
