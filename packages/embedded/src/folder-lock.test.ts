import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { tryLock, withLock } from './folder-lock.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-lock-'))
  path = join(folder, 'lock')
  onTestFinished(() => rm(folder, { recursive: true }))
})

const leaveDead = (at: string, token: string) => symlink(`${token}/9999999.1.1`, at)

async function contend(contenders: number): Promise<{ most: number; done: number }> {
  let inside = 0
  let most = 0
  let done = 0
  await Promise.all(Array.from({ length: contenders }, () => withLock(path, async () => {
    most = Math.max(most, ++inside)
    for (let turn = 0; turn < 5; turn++) await nextTurn()
    inside--
    done++
  })))
  return { most, done }
}

describe('the folder lock', () => {
  test('lets one in at a time', async () => {
    expect(await contend(20)).toEqual({ most: 1, done: 20 })
  })

  test('of a dead process goes to exactly one of those who find it', async () => {
    await leaveDead(path, 'dead')
    expect(await contend(20)).toEqual({ most: 1, done: 20 })
    expect(await readdir(folder)).toEqual([])
  })

  test('is freed although its last remover died removing it', async () => {
    await leaveDead(path, 'dead')
    await leaveDead(`${path}.dead`, 'remover')
    expect(await contend(20)).toEqual({ most: 1, done: 20 })
    expect(await readdir(folder)).toEqual([])
  })

  test('is not taken from a running process', async () => {
    const release = await tryLock(path)
    expect(await tryLock(path)).toBeUndefined()
    await release?.()
    expect(await tryLock(path)).toBeDefined()
  })

  test('is freed when the work fails', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withLock(path, () => Promise.resolve('yes'))).toBe('yes')
  })
})
