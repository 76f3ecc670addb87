import { sleep, stepContext, type StepContext, WrongContext } from '@baton/sdk'
import { currentHost, type Host, installHost, type WorkflowScope } from '@baton/sdk/host'
import { afterEach, describe, expect, it } from 'vitest'

const before = currentHost()
afterEach(() => installHost(before ?? { workflow: () => undefined, step: () => undefined }))

const context: StepContext = {
  workflow: 'w', executionId: 'e', step: 's', attempt: 1, idempotencyKey: 'e/s', signal: new AbortController().signal,
  heartbeat() {},
  heartbeatDetails: () => undefined,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  publish: async () => {},
  closeStream: async () => {},
  progress: async () => {},
}

function host(parts: Partial<Host>): void {
  installHost({ workflow: () => undefined, step: () => undefined, ...parts })
}

/** A scope of which only `sleep` is expected to be asked. */
function sleeper(sleep: WorkflowScope['sleep']): WorkflowScope {
  const unexpected = (): never => {
    throw new Error('only sleep was expected')
  }
  return {
    info: { executionId: 'e', workflow: 'w', version: '1', startedAt: new Date(0), run: 1, parent: undefined, historyLength: 1 },
    sleep,
    now: unexpected, random: unexpected, uuid: unexpected, sleepUntil: unexpected, condition: unexpected, patched: unexpected,
    deprecatePatch: unexpected, startChild: unexpected, forEach: unexpected, token: unexpected, signal: unexpected, stop: unexpected,
    openScope: unexpected, setAttributes: unexpected, publish: unexpected, log: unexpected, compensate: unexpected,
  }
}

describe('sleep', () => {
  it('asks the execution for the wait, in milliseconds', async () => {
    const asked: number[] = []
    host({ workflow: () => sleeper(async (ms) => void asked.push(ms)) })
    await sleep('1.5h')
    expect(asked).toEqual([5_400_000])
  })

  it('is refused outside a workflow, and says so', () => {
    host({})
    expect(() => sleep(1)).toThrow('sleep() was called outside a workflow; it belongs in run(), where it is durable.')
  })

  it('is refused inside a step, and says so', () => {
    host({ step: () => context })
    expect(() => sleep(1)).toThrow(WrongContext)
    expect(() => sleep(1)).toThrow('sleep() was called inside a step;')
  })

  it('refuses what is no duration', () => {
    host({ workflow: () => sleeper(async () => {}) })
    expect(() => sleep('soon' as '1s')).toThrow("'soon' is not a duration")
  })
})

describe('stepContext', () => {
  it('is the attempt that runs', () => {
    host({ step: () => context })
    expect(stepContext()).toBe(context)
  })

  it('is refused outside a step', () => {
    host({})
    expect(() => stepContext()).toThrow(WrongContext)
  })
})
