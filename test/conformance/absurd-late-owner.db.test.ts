// Absurd extend_claim, pg-boss late completion; scenario 5: an old owner wakes after the takeover and completes its step late.
import { writeFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { proxyPostgres } from '../support/postgres-proxy.ts'
import { LateStep, workflows } from './served/late-step.ts'
import { Stage } from './support/stage.ts'

test('what a frozen owner completes after it was replaced changes nothing', async () => {
  await using stage = await Stage.open()
  await using folder = await mkdtempDisposable(join(tmpdir(), 'baton-late-'))
  const file = join(folder.path, 'there')
  const proxy = stage.use(await proxyPostgres(stage.url))
  const old = await stage.process('late-step', { url: proxy.url })
  const handle = await stage.baton.start(LateStep, { id: 'l', input: file })
  await expect.poll(() => stage.ran()).toEqual(['fetch'])
  old.kill('SIGSTOP')
  proxy.cut() // the server notices, the frozen process does not

  await stage.worker(workflows)
  await expect.poll(() => stage.marks().map(({ pid }) => pid)).toEqual([old.pid, process.pid])
  writeFileSync(file, '')
  expect(await handle.result()).toBe(process.pid)
  const history = await handle.history()

  proxy.mend()
  old.kill('SIGCONT')
  await expect.poll(() => stage.marks().some(({ key, pid }) => pid === old.pid && key.endsWith(' done')), { timeout: 10_000 }).toBe(true)
  await expect.poll(() => old.messages.some(({ message }) => message?.includes('Rejoined') ?? false), { timeout: 20_000 }).toBe(true)
  expect(await handle.history()).toEqual(history)
  expect(await handle.result()).toBe(process.pid)
})
