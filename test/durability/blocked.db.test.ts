// C5: code that does not fit a history blocks the execution, never corrupts it; fitting code lets it go on.
import { Baton, Worker } from '@baton/runtime'
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

@Workflow({ name: 'edited' })
class Before {
  @Step() async first(): Promise<string> {
    return 'first'
  }

  @Step() async second(): Promise<string> {
    return 'second'
  }

  @Run() async run(): Promise<string> {
    const first = await this.first()
    await sleep(600)
    return `${first} ${await this.second()}`
  }
}

@Workflow({ name: 'edited' })
class Reordered {
  @Step() async first(): Promise<string> {
    return 'first'
  }

  @Step() async second(): Promise<string> {
    return 'second'
  }

  @Run() async run(): Promise<string> {
    const second = await this.second()
    await sleep(600)
    return `${await this.first()} ${second}`
  }
}

test('an execution is blocked by code that asks for other steps, and goes on with the code that wrote its history', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const quiet = { url, log: () => {} }
  const handle = await (async () => {
    await using _worker = await Worker.start({ ...quiet, workflows: [Before] })
    const started = await baton.start(Before, { id: 'edited-1', input: undefined })
    await expect.poll(async () => (await started.history()).length, { interval: 5 }).toBe(3)
    return started
  })()
  const written = await handle.history()
  {
    await using _worker = await Worker.start({ ...quiet, workflows: [Reordered] })
    await expect.poll(() => handle.describe(), { interval: 10 }).toMatchObject({
      status: 'blocked',
      blocked: { code: 'HistoryMismatch', reason: expect.stringContaining("StepCompleted of 'first'") as unknown },
    })
    expect((await handle.describe()).blocked?.reason).toContain('waits for second')
    expect(await handle.history()).toEqual(written)
  }
  await using _worker = await Worker.start({ ...quiet, workflows: [Before] })
  expect(await handle.result()).toBe('first second')
})
