import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hydrateLinks, parseLinks } from './npm-binaries.ts'

async function packageWith(links: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-npm-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'native', 'lib'), { recursive: true })
  await writeFile(join(folder, 'native', 'lib', 'libpq.so.5.18'), 'library')
  await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  return folder
}

const links = [
  { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
  { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
]

describe('the libraries of the npm package', () => {
  test('are linked by any number of processes at once', async () => {
    const folder = await packageWith(links)
    await Promise.all(Array.from({ length: 10 }, () => hydrateLinks(join(folder, 'native', 'bin'))))
    for (const { target } of links) expect(await readFile(join(folder, target), 'utf8')).toBe('library')
  })

  test('are left alone where the package has no list', async () => {
    const folder = await packageWith(links)
    await rm(join(folder, 'native', 'pg-symlinks.json'))
    await expect(hydrateLinks(join(folder, 'native', 'bin'))).resolves.toBeUndefined()
  })

  test.each([[{}], [[1]], [[{ source: 'a' }]]])('are not linked by the list %j', (list) => {
    expect(() => parseLinks(list)).toThrow(TypeError)
  })
})
