import { startPostgres } from '@baton/embedded'
import { describe, expect, test } from 'vitest'
import { query, serverPid, untilStopped } from './server-state.ts'
import { spawnUser } from './spawn-user.ts'
import { dataDirIn } from './temporary-folder.ts'

describe('one server for several users', () => {
  test('two processes share it, and the last to stop stops it', async () => {
    const dataDir = await dataDirIn()
    const first = await spawnUser(dataDir)
    const second = await spawnUser(dataDir)
    expect(second.url).toBe(first.url)
    expect(second.log).toEqual([expect.stringMatching(/^joined /)])

    await first.stop()
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])

    await second.stop()
    expect(await serverPid(dataDir)).toBeUndefined()
  })

  test('two uses in one process are two', async () => {
    const dataDir = await dataDirIn()
    const first = await startPostgres({ dataDir })
    const second = await startPostgres({ dataDir })
    await first.stop()
    await first.stop()
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await second.stop()
    expect(await serverPid(dataDir)).toBeUndefined()
  })

  test('a killed user does not take it from the others', async () => {
    const dataDir = await dataDirIn()
    const killed = await spawnUser(dataDir)
    await using survivor = await startPostgres({ dataDir })
    const pid = await serverPid(dataDir)
    await killed.kill()
    // A later user makes the dead one's trace be looked at.
    await (await spawnUser(dataDir)).stop()
    expect(await query(survivor.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await serverPid(dataDir)).toBe(pid)
  })

  test('it is stopped when its last user was killed', async () => {
    const dataDir = await dataDirIn()
    const user = await spawnUser(dataDir)
    await user.kill()
    await untilStopped(dataDir)
  })

  test('it can be started again after the guardian stopped it', async () => {
    const dataDir = await dataDirIn()
    const user = await spawnUser(dataDir)
    await query(user.url, 'create table kept as select 42 as answer')
    await user.kill()
    await untilStopped(dataDir)
    await using again = await startPostgres({ dataDir })
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('five processes that start it first, at once, create one cluster and one server', async () => {
    const dataDir = await dataDirIn()
    const users = await Promise.all(Array.from({ length: 5 }, () => spawnUser(dataDir)))
    const log = users.flatMap((user) => user.log)
    expect(log.filter((line) => line.startsWith('created '))).toHaveLength(1)
    expect(log.filter((line) => line.startsWith('started '))).toHaveLength(1)
    expect(log.filter((line) => line.startsWith('joined '))).toHaveLength(4)
    expect(new Set(users.map((user) => user.url)).size).toBe(1)
    await Promise.all(users.map((user) => user.stop()))
    expect(await serverPid(dataDir)).toBeUndefined()
  })
})
