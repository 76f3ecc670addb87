import '@baton/testing/vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TestEnvironment } from '@baton/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Customer } from './customers.ts'
import { ImportWorkflow, type Progress } from './import.ts'
import { badOf, writeSample } from './sample-csv.ts'

const ROWS = 200
let folder = ''
let path = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-import-'))
  path = join(folder, 'customers.csv')
  await writeSample(path, ROWS)
})
afterAll(() => rm(folder, { recursive: true }))

describe.each([false, true])('import, with a replay every turn: %s', (replayEveryTurn) => {
  function office(): { readonly env: TestEnvironment; readonly saved: Customer[] } {
    const saved: Customer[] = []
    const save = async (customer: Customer): Promise<void> => void saved.push(customer)
    return { saved, env: new TestEnvironment({ workflows: [{ workflow: ImportWorkflow, create: () => new ImportWorkflow({ save }) }], replayEveryTurn }) }
  }

  test('every good row is saved once, the bad ones are counted, and each page is told', async () => {
    const { env, saved } = office()
    await using _ = env
    const handle = await env.start(ImportWorkflow, { input: { path, pageBytes: 4_096, concurrency: 10 } })
    const report = { imported: ROWS - badOf(ROWS), refused: badOf(ROWS) }
    await expect(handle).toHaveCompletedWith(report)
    expect(new Set(saved.map(({ id }) => id)).size).toBe(saved.length)
    expect(saved).toHaveLength(report.imported)
    const progress = await handle.published<Progress>('progress')
    const read = progress.map((each) => each.read)
    expect(read).toEqual(read.toSorted((a, b) => a - b))
    expect(read.length).toBeGreaterThan(3)
    expect(progress.at(-1)).toEqual({ read: ROWS, report })
  })

  test('a worker that dies in the midst of it has the rows saved again that were under way, and no other', async () => {
    const { env } = office()
    await using _ = env
    env.mock(ImportWorkflow, 'save').mockDelay('1s')
    const handle = await env.start(ImportWorkflow, { input: { path, pageBytes: 4_096, concurrency: 10 } })
    env.at('7.5s', () => env.crash(handle))
    await expect(handle).toHaveCompletedWith({ imported: ROWS - badOf(ROWS), refused: badOf(ROWS) })
    expect(env.calls(ImportWorkflow, 'save')).toHaveLength(ROWS + 10)
  })

  test('a customer that cannot be saved for a while is tried again', async () => {
    const { env } = office()
    await using _ = env
    env.mock(ImportWorkflow, 'save').fails(new Error('the table is locked'), { times: 30 })
    await expect(await env.start(ImportWorkflow, { input: { path, concurrency: 10 } })).toHaveCompletedWith(expect.objectContaining({ refused: badOf(ROWS) }))
    expect(env.calls(ImportWorkflow, 'save')).toHaveLength(ROWS + 30)
  })
})
