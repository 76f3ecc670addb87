import { publish, Run, sleep, Step, stepContext, StreamClosed, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, it } from 'vitest'
import { collect } from '../support/collect.ts'

@Workflow({ name: 'announcer' })
class Announcer {
  @Step({ retry: { maxAttempts: 2, delay: '1m' } }) async announce(what: string, fails: boolean): Promise<void> {
    const { attempt } = stepContext()
    await stepContext().publish('news', `${what} ${attempt}`)
    await stepContext().publish('once', what, { key: what })
    await stepContext().progress({ done: attempt, total: 2 })
    if (fails && attempt === 1) throw new Error('once more')
  }

  @Step() async finish(): Promise<void> {
    await stepContext().closeStream('news')
  }

  @Step({ retry: { maxAttempts: 1 } }) async late(): Promise<void> {
    await stepContext().publish('news', 'too late')
  }

  @Run() async run(close: boolean): Promise<string> {
    await this.announce('a', true)
    await sleep('1h')
    await this.announce('b', false)
    if (!close) return 'open'
    await this.finish()
    await this.late()
    return 'closed'
  }
}

it('is read live in virtual time, with offsets, calls and attempts, until the execution ends', async () => {
  await using env = new TestEnvironment({ workflows: [Announcer], start: new Date(0) })
  const handle = await env.start(Announcer, { input: false })
  const news = (await collect(handle.stream('news'))).map(({ offset, value, command, attempt, at }) => [offset, value, command, attempt, at.getTime()])
  expect(news).toEqual([
    [0, 'a 1', 'announce', 1, 0],
    [1, 'a 2', 'announce', 2, 60_000],
    [2, 'b 1', 'announce#2', 1, 3_660_000],
  ])
  expect(await handle.published('once')).toEqual(['a', 'b'])
  expect(await handle.published('progress')).toMatchObject([{ fraction: 0.5 }, { fraction: 1 }, { fraction: 0.5 }])
  expect((await collect(handle.stream('news', { from: 2 }))).map(({ value }) => value)).toEqual(['b 1'])
})

it('lets be asked what stands there now, without time passing', async () => {
  await using env = new TestEnvironment({ workflows: [Announcer], time: 'manual' })
  const handle = await env.start(Announcer, { input: false })
  expect(await handle.published('news')).toEqual(['a 1'])
  expect((await collect(handle.stream('news', { follow: false }))).map(({ value }) => value)).toEqual(['a 1'])
  await env.advance('1m')
  expect(await handle.published('news')).toEqual(['a 1', 'a 2'])
})

it('takes nothing once it was closed', async () => {
  await using env = new TestEnvironment({ workflows: [Announcer] })
  const handle = await env.start(Announcer, { input: true })
  expect((await collect(handle.stream('news'))).map(({ value }) => value)).toEqual(['a 1', 'a 2', 'b 1'])
  await expect(handle.result()).rejects.toMatchObject({ cause: { cause: expect.any(StreamClosed) as unknown } })
})

it('is given up by a signal', async () => {
  await using env = new TestEnvironment({ workflows: [Announcer], time: 'manual' })
  const handle = await env.start(Announcer, { input: false })
  const stop = new AbortController()
  const reading = collect(handle.stream('news', { from: 1, signal: stop.signal }))
  await env.settle()
  stop.abort(new Error('enough'))
  await expect(reading).rejects.toThrow('enough')
})

@Workflow({ name: 'narrator' })
class Narrator {
  @Run() async run(): Promise<void> {
    publish('status', 'begun')
    await sleep('1h')
    publish('status', 'rested')
  }
}

it('has what the code of run publishes, with the turn', async () => {
  await using env = new TestEnvironment({ workflows: [Narrator], time: 'manual' })
  const handle = await env.start(Narrator, { input: undefined })
  expect(await handle.published('status')).toEqual(['begun'])
  await env.advance('1h')
  expect((await collect(handle.stream('status'))).map(({ offset, value, command }) => [offset, value, command])).toEqual([
    [0, 'begun', undefined], [1, 'rested', undefined],
  ])
})
