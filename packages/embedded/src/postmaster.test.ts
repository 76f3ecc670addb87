import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { disownStranger, findPostmaster, parsePidFile } from './postmaster.ts'

const pidFile = (pid: number, status = 'ready   ') => `${pid}\n/data\n1700000000\n5432\n/socket folder\n\n  5374 12\n${status}\n`

async function clusterWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-postmaster-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'postmaster.pid'), text)
  return folder
}

describe('postmaster.pid', () => {
  test('says where the server is and whether it is ready', () => {
    expect(parsePidFile(pidFile(42))).toEqual({ pid: 42, port: 5432, socketFolder: '/socket folder', ready: true })
    expect(parsePidFile(pidFile(42, 'starting'))).toMatchObject({ ready: false })
  })

  test('half written is of a server that is not ready', () => {
    expect(parsePidFile('42\n/data\n')).toMatchObject({ pid: 42, ready: false })
  })

  test('without a pid is of no server', () => {
    expect(parsePidFile('')).toBeUndefined()
    expect(parsePidFile('\n\n')).toBeUndefined()
  })

  test('that says ready is not believed when its pid is another program', async () => {
    expect(await findPostmaster(await clusterWith(pidFile(process.pid)))).toBeUndefined()
  })

  test('of a stranger loses its pid and keeps the shared memory key', async () => {
    const cluster = await clusterWith(pidFile(process.pid))
    await disownStranger(cluster)
    expect(await readFile(join(cluster, 'postmaster.pid'), 'utf8')).toBe(pidFile(9_999_999))
  })

  test('of a dead process is left to Postgres', async () => {
    const cluster = await clusterWith(pidFile(8_888_888))
    await disownStranger(cluster)
    expect(await readFile(join(cluster, 'postmaster.pid'), 'utf8')).toBe(pidFile(8_888_888))
  })
})
