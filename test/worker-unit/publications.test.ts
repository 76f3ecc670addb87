import { DefinitionError, InvalidStreamName } from '@baton/sdk'
import { beforeEach, describe, expect, it } from 'vitest'
import { runAttempt } from '../../packages/runtime/src/worker/run-attempt.ts'
import { attemptOf, gated, Gates, Heard, settled } from './gated-steps.ts'

let gates: Gates
let host: Heard
beforeEach(() => {
  gates = new Gates()
  host = new Heard()
})

function begin(step = 'pass') {
  const running = runAttempt(gated(gates), attemptOf('a', step, 2), host)
  const context = gates.contexts.get('a')
  if (!context) throw new Error('It did not begin.')
  return { ...running, context }
}

describe('what a step publishes', () => {
  it('carries its execution, call and attempt', async () => {
    const { context } = begin()
    await context.publish('tokens', { n: 1 })
    await context.publish('tokens', undefined, { key: 'k' })
    expect(host.items).toEqual([
      { execution: 'e1', stream: 'tokens', command: 'a', attempt: 2, key: null, payload: '{"n":1}' },
      { execution: 'e1', stream: 'tokens', command: 'a', attempt: 2, key: 'k', payload: null },
    ])
  })

  it('is written before the step has an outcome, awaited or not', async () => {
    const gate = Promise.withResolvers<void>()
    host.gate = gate.promise
    const { outcome, context } = begin()
    let ended = false
    void outcome.then(() => (ended = true))
    void context.publish('tokens', 1)
    gates.end('a', 'done')
    await settled()
    expect(ended).toBe(false)
    gate.resolve()
    expect(await outcome).toMatchObject({ kind: 'completed' })
    expect(host.items).toHaveLength(1)
  })

  it('is refused once the attempt is over', async () => {
    const { context, abort } = begin()
    abort(new Error('taken over'))
    await expect(context.publish('tokens', 1)).rejects.toThrow('taken over')
    await expect(context.closeStream('tokens')).rejects.toThrow('taken over')
    await expect(context.progress(0.5)).rejects.toThrow('taken over')
    expect(host.items).toEqual([])
    expect(host.closed).toEqual([])
  })

  it.each<[string, (context: ReturnType<typeof begin>['context']) => Promise<void>, object]>([
    ['a name with spaces', (context) => context.publish('a b', 1), { code: 'InvalidStreamName' }],
    ['an empty name', (context) => context.closeStream(''), { code: 'InvalidStreamName' }],
    ['an empty key', (context) => context.publish('s', 1, { key: '' }), { code: 'InvalidStreamName' }],
    ['a function', (context) => context.publish('s', () => 1), { code: 'PayloadNotSerializable' }],
    ['more than 256 KiB', (context) => context.publish('s', 'x'.repeat(256 * 1024)), { code: 'PayloadTooLarge', limit: 256 * 1024 }],
    ['a fraction above 1', (context) => context.progress(1.5), { code: 'InvalidOption' }],
    ['no number', (context) => context.progress({ done: Number.NaN }), { code: 'InvalidOption' }],
  ])('is not %s', async (_, act, error) => {
    await expect(act(begin().context)).rejects.toMatchObject(error)
    expect(host.items).toEqual([])
  })

  it('has errors that are told apart', async () => {
    const { context } = begin()
    await expect(context.publish('', 1)).rejects.toBeInstanceOf(InvalidStreamName)
    await expect(context.progress(-1)).rejects.toBeInstanceOf(DefinitionError)
  })
})

describe('progress', () => {
  const reports = (): unknown[] => host.items.map(({ stream, payload }) => [stream, JSON.parse(payload ?? 'null') as unknown])

  it('is an item of the stream progress', async () => {
    const { context } = begin()
    await context.progress(0.25)
    await context.progress({ done: 3, total: 4, message: 'pages' })
    await context.progress({ done: 7 })
    expect(reports()).toEqual([
      ['progress', { step: 'pass', fraction: 0.25 }],
      ['progress', { step: 'pass', done: 3, total: 4, fraction: 0.75, message: 'pages' }],
      ['progress', { step: 'pass', done: 7 }],
    ])
  })

  it('that comes while a report is being written is the last of those that came', async () => {
    const gate = Promise.withResolvers<void>()
    host.gate = gate.promise
    const { context } = begin()
    const first = context.progress(0.1)
    await settled()
    const rest = [0.2, 0.3, 0.4].map((fraction) => context.progress(fraction))
    gate.resolve()
    await Promise.all([first, ...rest])
    expect(reports()).toEqual([['progress', { step: 'pass', fraction: 0.1 }], ['progress', { step: 'pass', fraction: 0.4 }]])
  })
})

describe('the log of a step', () => {
  it('says where each line comes from, and shows an error as one', () => {
    const { context } = begin()
    const cause = new Error('declined')
    context.log.info('charging', { cents: 5, step: 'not this' })
    context.log.error('not charged', { error: cause })
    const place = { executionId: 'e1', workflow: 'gated', step: 'pass', attempt: 2 }
    expect(host.lines).toEqual([
      { level: 'info', message: 'charging', fields: { cents: 5, ...place } },
      { level: 'error', message: 'not charged', fields: place, error: cause },
    ])
  })
})
