import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { anyUsers, takeSeat } from './users.ts'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'baton-users-')), 'users')
  onTestFinished(() => rm(join(folder, '..'), { recursive: true }))
})

describe('users', () => {
  test('are there until the last one leaves', async () => {
    const first = await takeSeat(folder)
    const second = await takeSeat(folder)
    await first.leave()
    expect(await anyUsers(folder)).toBe(true)
    await second.leave()
    expect(await anyUsers(folder)).toBe(false)
  })

  test('that are dead do not count and are forgotten, though their pid runs again', async () => {
    await takeSeat(folder).then((seat) => seat.leave())
    await writeFile(join(folder, '9999999.1.boot.uuid'), '')
    await writeFile(join(folder, `${process.pid}.1.boot.uuid`), '')
    expect(await anyUsers(folder)).toBe(false)
    expect(await readdir(folder)).toEqual([])
  })

  test('are none where nobody ever was', async () => {
    expect(await anyUsers(folder)).toBe(false)
  })
})
