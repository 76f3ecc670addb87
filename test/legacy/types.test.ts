import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('the decorators check types in the legacy dialect as they do in TC39', { timeout: 60_000 }, () => {
  const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', join(import.meta.dirname, 'tsconfig.json')], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
