// Search attributes and memo in the test environment: as a client sees them, and the same in a replay.
import { HistoryMismatch } from '@baton/runtime'
import { InvalidAttributes, Run, setAttributes, sleep, Step, Workflow, WrongContext } from '@baton/sdk'
import { exportHistory, replay, TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'parcel' })
class Parcel {
  static readonly attributes = { state: 'keyword', weight: 'number', due: 'datetime' } as const

  @Step() async weigh(): Promise<number> {
    return 7
  }

  @Run() async run(): Promise<number> {
    setAttributes(Parcel, { state: 'new' })
    const weight = await this.weigh()
    setAttributes(Parcel, { weight, state: null })
    await sleep('1h')
    setAttributes(Parcel, { due: new Date(0), weight: undefined })
    setAttributes(Parcel, {})
    return weight
  }
}

@Workflow({ name: 'parcel' })
class Forgetful {
  static readonly attributes = Parcel.attributes

  @Step() async weigh(): Promise<number> {
    return 7
  }

  @Run() async run(): Promise<number> {
    const weight = await this.weigh()
    await sleep('1h')
    return weight
  }
}

test('are those of the start and those that run has set since', async () => {
  await using env = new TestEnvironment({ workflows: [Parcel], time: 'manual' })
  const handle = await env.start(Parcel, { input: undefined, attributes: { state: 'asked', due: new Date(5) }, memo: new Map([['by', 7n]]) })
  expect(await handle.describe()).toMatchObject({ attributes: { weight: 7, due: new Date(5) }, memo: new Map([['by', 7n]]) })
  await env.advance('1h')
  expect((await handle.describe()).attributes).toEqual({ weight: 7, due: new Date(0) })
})

test('that do not fit are refused', async () => {
  await using env = new TestEnvironment({ workflows: [Parcel] })
  await expect(env.start(Parcel, { input: undefined, attributes: { weight: Number.NaN } })).rejects.toThrow(InvalidAttributes)
  expect(() => setAttributes(Parcel, { weight: 1 })).toThrow(WrongContext)
})

test('replay from an export, those before the end included', async () => {
  await using env = new TestEnvironment({ workflows: [Parcel] })
  const handle = await env.start(Parcel, { input: undefined })
  await handle.result()
  const history = await handle.history()
  expect(history.map(({ type, data }) => (type === 'AttributesSet' ? data['attributes'] : type))).toEqual([
    'ExecutionStarted', { state: 'new' }, 'StepCompleted', { weight: 7, state: null }, 'TimerStarted', 'TimerFired', { due: new Date(0) }, 'ExecutionCompleted',
  ])
  const exported = JSON.stringify(await exportHistory(handle))
  await replay(exported, Parcel)
  await expect(replay(exported, Forgetful)).rejects.toThrow(HistoryMismatch)
})
