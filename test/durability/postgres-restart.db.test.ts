// G10: a restart of Postgres costs time, never data and never a process.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@baton/embedded'
import { Baton, migrate } from '@baton/runtime'
import { expect, test } from 'vitest'
import { processExists, serverPid } from '../embedded/server-state.ts'
import { marksFile } from '../support/marks.ts'
import { testWorker } from '../support/worker.ts'
import { Chain, Fan } from '../support/workflows.ts'

async function restart(dataDir: string, signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  const pid = await serverPid(dataDir)
  if (pid === undefined) throw new Error('no server to restart')
  process.kill(pid, signal)
  await expect.poll(() => processExists(pid), { timeout: 10_000, interval: 5 }).toBe(false)
  await startPostgres({ dataDir })
}

test.each(['SIGINT', 'SIGKILL'] as const)('G10: Postgres restarted twice under load by %s: nothing lost, no crash', { timeout: 120_000 }, async (signal) => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-restart-'))
  using marks = marksFile()
  const postgres = await startPostgres({ dataDir })
  try {
    await migrate(postgres.url)
    await using _one = await testWorker(postgres.url, { name: 'one' })
    await using _two = await testWorker(postgres.url, { name: 'two' })
    await using baton = await Baton.connect(postgres.url)
    const results: Promise<number>[] = []
    const starting = (async () => {
      for (let i = 0; i < 150; i++) {
        results.push(baton.execute(Chain, { id: `chain-${i}`, input: { n: 20, ms: 5 } }))
        if (i % 30 === 0) results.push(baton.execute(Fan, { id: `fan-${i}`, input: { n: 200, ms: 5 } }))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    })()
    for (let round = 1; round <= 2; round++) {
      await expect.poll(() => marks.read().length, { interval: 5, timeout: 30_000 }).toBeGreaterThan(round * 300)
      await restart(dataDir, signal)
    }
    await starting
    const sums = await Promise.all(results)
    expect(sums.filter((sum) => sum === 190)).toHaveLength(150)
    expect(sums.filter((sum) => sum === 39_800)).toHaveLength(5)
    for (const { id } of (await baton.list({ limit: 500 })).executions) {
      const history = await baton.handle(id).history()
      expect(history.map(({ seq }) => seq)).toEqual(history.map((_, i) => i + 1))
    }
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
})
