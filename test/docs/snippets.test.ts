// Every snippet of the README and the guide compiles, as strictly as the repository's own code.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { readPages, ROOT, writeOut } from './snippets.ts'

test('every snippet of the README and the guide compiles', { timeout: 120_000 }, () => {
  const pages = readPages()
  using written = writeOut(pages)
  writeFileSync(join(written.folder, 'tsconfig.json'), JSON.stringify({
    extends: relative(written.folder, join(ROOT, 'test/tsconfig.json')),
    // What an example makes it need not use up.
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, noEmit: true },
    include: ['**/*.ts'],
    exclude: [],
  }))
  const { stdout, status } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.', '--pretty', 'false'], { cwd: written.folder, encoding: 'utf8' })
  const errors = stdout.split('\n').filter(Boolean).map((line) => line.replace(/^([^(]+)\(/, (_, file: string) => `${written.placeOf(file)} (`))
  expect(errors).toEqual([])
  expect(status).toBe(0)
  expect(pages.map(({ name }) => name)).toEqual(expect.arrayContaining(['README', 'quickstart', 'workflows', 'steps', 'client', 'workers', 'errors', 'payloads']))
})
