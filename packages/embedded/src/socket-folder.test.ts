import { chmod, mkdtemp, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { chooseSocketFolder, makeSocketFolder } from './socket-folder.ts'

const long = `/${'x'.repeat(120)}`

describe('the socket folder', () => {
  test('is inside a folder with a short path', () => {
    expect(chooseSocketFolder('/home/me/app/.baton/postgres', '/tmp')).toBe('/home/me/app/.baton/postgres/socket')
  })

  test('is a temporary one, the same each time, for a long path', () => {
    const folder = chooseSocketFolder(long, '/var/tmp')
    expect(folder).toMatch(/^\/var\/tmp\/baton-pg-[0-9a-f]{16}$/)
    expect(chooseSocketFolder(long, '/var/tmp')).toBe(folder)
    expect(chooseSocketFolder(`${long}y`, '/var/tmp')).not.toBe(folder)
  })

  test('counts bytes, not characters', () => {
    expect(chooseSocketFolder(`/${'ü'.repeat(50)}`, '/tmp')).toMatch(/^\/tmp\//)
  })

  test('is in /tmp when the folder for temporary files is deep as well', () => {
    expect(chooseSocketFolder(long, long)).toMatch(/^\/tmp\/baton-pg-/)
  })
})

describe('making the socket folder', () => {
  let parent: string
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'baton-socket-'))
    onTestFinished(() => rm(parent, { recursive: true }))
  })
  const me = [process.getuid?.() ?? 0]
  const unusable = expect.objectContaining({ code: 'DataDirUnusable' })

  test('keeps others out, and may be repeated', async () => {
    const folder = join(parent, 'socket')
    await makeSocketFolder(folder, me)
    await makeSocketFolder(folder, me)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test('refuses one that others can enter', async () => {
    await chmod(parent, 0o755)
    await expect(makeSocketFolder(parent, me)).rejects.toEqual(unusable)
  })

  test("refuses somebody else's", async () => {
    await expect(makeSocketFolder(parent, [4242])).rejects.toEqual(unusable)
  })

  test('refuses a link to a folder', async () => {
    await symlink(parent, join(parent, 'link'))
    await expect(makeSocketFolder(join(parent, 'link'), me)).rejects.toEqual(unusable)
  })
})
