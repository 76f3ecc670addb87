// The log of authors' code: each line with its place, and silence in a replay.
import { Baton, type LogEntry, Worker } from '@baton/runtime'
import { log, Run, sleep, Step, stepContext, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

@Workflow({ name: 'diary' })
class Diary {
  @Step() async note(what: string): Promise<void> {
    stepContext().log.info('noted', { what })
    log.warn('noted too', { error: new Error('as an example') })
  }

  @Run() async run(ms: number): Promise<void> {
    log.info('begun', { ms })
    await this.note('a')
    log.info('resting')
    await sleep(ms)
    log.info('woken')
  }
}

test('lines say where they come from, and come once though the execution was parked and replayed', async () => {
  await using database = await createDatabase()
  const entries: LogEntry[] = []
  await using _worker = await Worker.start({ url: database.url, workflows: [Diary], parkAfter: 50, log: (entry) => entries.push(entry) })
  await using baton = await Baton.connect(database.url)
  const handle = await baton.start(Diary, { id: 'd', input: 1_500 })
  await expect.poll(() => handle.describe(), { interval: 10 }).toMatchObject({ worker: undefined, wakesAt: expect.any(Date) as unknown })
  await handle.result()
  const place = { executionId: 'd', workflow: 'diary' }
  const step = { ...place, step: 'note', attempt: 1 }
  expect(entries.filter(({ fields }) => fields !== undefined)).toEqual([
    { level: 'info', message: 'begun', fields: { ms: 1_500, ...place } },
    { level: 'info', message: 'noted', fields: { what: 'a', ...step } },
    { level: 'warn', message: 'noted too', fields: step, error: new Error('as an example') },
    { level: 'info', message: 'resting', fields: place },
    { level: 'info', message: 'woken', fields: place },
  ])
})

test('outside of both there is nothing to say', () => {
  expect(() => log.info('hello')).toThrow('log.info() was called outside a workflow')
})
