import {
  ExecutionEnded, ExecutionKilled, ExecutionNotFound, ExecutionStopped, ExecutionTimedOut, InvalidPayload, InvalidToken, UnknownHandler, UpdateFailed, UpdateRejected,
} from '@baton/runtime'
import { Cancelled, executeChild, Run, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { AssertionError } from 'node:assert'
import { describe, expect, test } from 'vitest'
import { Decision, Laborer, Limited, Review, Sender, Subscription } from './support/talking.ts'

const workflows = [Review, Decision, Subscription, Sender, Laborer, Limited]

describe.each([false, true])('with a replay every turn: %s', (replayEveryTurn) => {
  const environment = (): TestEnvironment => new TestEnvironment({ workflows, replayEveryTurn })

  test('signals are delivered in their order, before the first turn too', async () => {
    await using env = environment()
    const handle = await env.start(Review, { input: undefined })
    await handle.signal('note', 'a')
    await handle.signal('note', 'b')
    await handle.signal('approve', 'ann')
    expect(await handle.result()).toBe('ann (a,b)')
    expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'SignalReceived', 'SignalReceived', 'SignalReceived', 'ExecutionCompleted'])
  })

  test('a signal under the same id is one', async () => {
    await using env = environment()
    const handle = await env.start(Review, { input: undefined })
    await handle.with({ id: 'n1' }).signal('note', 'a')
    await env.settle()
    await handle.with({ id: 'n1' }).signal('note', 'a')
    await handle.signal('approve', 'ann')
    expect(await handle.result()).toBe('ann (a)')
  })

  test('a signal at an appointed time comes before the timeout', async () => {
    await using env = environment()
    const start = env.now().getTime()
    const handle = await env.start(Review, { input: '3d' })
    env.at('2d', () => handle.signal('approve', 'ann'))
    expect(await handle.result()).toBe('ann ()')
    expect(env.now().getTime() - start).toBe(2 * 86_400_000)
    expect(await env.execute(Review, { input: '3d' })).toBe('nobody')
  })

  test('an update is answered by its method, in virtual time', async () => {
    await using env = environment()
    const start = env.now().getTime()
    const handle = await env.start(Review, { input: undefined })
    expect(await handle.update('addNote', 'fine')).toBe(1)
    expect(env.now().getTime() - start).toBe(3_600_000)
    expect(await handle.query('status')).toEqual({ by: undefined, notes: ['FINE'] })
    await expect(handle.update('addNote', 'far too long')).rejects.toThrow(UpdateRejected)
    await expect(handle.update('addNote', 'bad')).rejects.toThrow(UpdateFailed)
    expect((await handle.history()).filter(({ type }) => type.startsWith('Update')).map(({ type }) => type)).toEqual([
      'UpdateAccepted', 'UpdateCompleted', 'UpdateAccepted', 'UpdateFailed',
    ])
  })

  test('an update under the same id is answered again', async () => {
    await using env = environment()
    const handle = await env.start(Review, { input: undefined })
    expect(await handle.with({ id: 'u1' }).update('addNote', 'fine')).toBe(1)
    expect(await handle.with({ id: 'u1' }).update('addNote', 'fine')).toBe(1)
    expect((await handle.query('status')).notes).toEqual(['FINE'])
  })

  test('what an ended execution has had under an id is not refused when it is sent again', async () => {
    await using env = environment()
    const handle = await env.start(Review, { input: undefined })
    expect(await handle.with({ id: 'u1' }).update('addNote', 'fine')).toBe(1)
    await handle.with({ id: 's1' }).signal('approve', 'ann')
    expect(await handle.result()).toBe('ann (FINE)')
    expect(await handle.with({ id: 'u1' }).update('addNote', 'fine')).toBe(1)
    await handle.with({ id: 's1' }).signal('approve', 'ann')
    await expect(handle.with({ id: 's2' }).signal('approve', 'ann')).rejects.toThrow(ExecutionEnded)
  })

  test('an update whose execution ends is told so', async () => {
    await using env = environment()
    const handle = await env.start(Review, { input: undefined })
    const update = handle.update('addNote', 'fine')
    await handle.signal('approve', 'ann')
    await expect(update).rejects.toThrow('The execution ended before the update did.')
    await expect(handle.update('addNote', 'fine')).rejects.toThrow(ExecutionEnded)
  })

  test('an ended execution still answers queries, from its log', async () => {
    await using env = environment()
    const handle = await env.start(Review, { input: undefined })
    await handle.signal('note', 'a')
    await handle.signal('approve', 'ann')
    await handle.result()
    expect(await handle.query('status')).toEqual({ by: 'ann', notes: ['a'] })
  })

  test('starts with a signal or an update go to the execution that exists', async () => {
    await using env = environment()
    const first = await env.signalWithStart(Review, { id: 'r', input: undefined, signal: { name: 'note', args: ['a'] } })
    expect(await env.updateWithStart(Review, { id: 'r', input: '1d', update: { name: 'addNote', args: ['b'] } })).toBe(2)
    await env.signalWithStart(Review, { id: 'r', input: '5d', signal: { name: 'approve', args: ['ann'] } })
    expect(await first.result()).toBe('ann (a,B)')
  })

  test('an execution signals another', async () => {
    await using env = environment()
    const review = await env.start(Review, { id: 'r', input: undefined })
    expect(await env.execute(Sender, { input: { to: 'r', by: 'bob' } })).toBe('delivered')
    expect(await review.result()).toBe('bob ()')
    expect(await env.execute(Sender, { input: { to: 'r', by: 'bob' } })).toBe("Nothing was sent to execution 'r': it has ended (completed).")
    expect(await env.execute(Sender, { input: { to: 'x', by: 'bob' } })).toBe("Nothing was sent to execution 'x': there is none of this id.")
  })

  test('a token ends its wait, once', async () => {
    await using env = environment()
    const handle = await env.start(Decision, { input: 1 })
    await env.settle()
    const [call] = env.calls(Decision, 'mail')
    const token = call?.args[0] ?? ''
    await expect(env.complete('nonsense', 1)).rejects.toThrow(InvalidToken)
    await env.complete(token, 'yes')
    expect(await handle.result()).toBe('yes')
    await expect(env.complete(token, 'no')).rejects.toThrow(InvalidToken)
  })

  test('a token can be failed, and time can run out on it', async () => {
    await using env = environment()
    const handle = await env.start(Decision, { input: 1 })
    await env.settle()
    await env.fail(env.calls(Decision, 'mail')[0]?.args[0] ?? '', new Error('declined'))
    await expect(handle.result()).rejects.toThrow('declined')
    expect(await env.execute(Decision, { input: 1 })).toBe('none')
  })

  test('stop runs the cleanup and ends as stopped', async () => {
    await using env = environment()
    const handle = await env.start(Laborer, { input: 'sleep' })
    env.at('1h', () => handle.stop('enough'))
    const error = await handle.result().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ExecutionStopped)
    expect((error as Error).cause).toBeInstanceOf(Cancelled)
    expect(env.calls(Laborer, 'undo')).toHaveLength(1)
    expect(await handle.describe()).toMatchObject({ status: 'stopped', wakesAt: undefined })
    await expect(handle.stop()).rejects.toThrow(ExecutionEnded)
  })

  test('kill runs none of it', async () => {
    await using env = environment()
    const handle = await env.start(Laborer, { input: 'sleep' })
    await env.settle()
    await handle.kill('gone')
    await expect(handle.result()).rejects.toThrow(ExecutionKilled)
    expect(env.calls(Laborer, 'undo')).toHaveLength(0)
    expect(await handle.describe()).toMatchObject({ status: 'killed' })
  })

  test('a body that runs sees its signal fire, and its outcome is waited for where the step says so', async () => {
    await using env = environment()
    const handle = await env.start(Laborer, { input: 'heed' })
    await handle.describe()
    await handle.stop()
    expect(await handle.result()).toBe('heeded')
    expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted', 'StopRequested', 'StepCompleted', 'StepCompleted', 'ExecutionCompleted'])
  })

  test('an execution’s timeout is virtual', async () => {
    await using env = environment()
    const start = env.now().getTime()
    const handle = await env.start(Limited, { input: undefined })
    await expect(handle.result()).rejects.toThrow(ExecutionTimedOut)
    expect(env.now().getTime() - start).toBe(86_400_000)
  })

  test('continueAsNew goes on with the next run, and messages go to it', async () => {
    await using env = environment()
    const handle = await env.start(Subscription, { input: { month: 1, left: 2 } })
    env.at('31d', () => handle.signal('topUp', 1))
    env.at('40d', async () => expect(await handle.query('left')).toBe(1))
    expect(await handle.result()).toEqual({ months: 3, left: 0 })
    expect((await handle.history()).filter(({ type }) => type === 'ContinuedAsNew')).toHaveLength(2)
    expect(env.calls(Subscription, 'charge').map(({ args }) => args[0])).toEqual([1, 2, 3])
  })

  test('each run of an execution has tokens of its own', async () => {
    await using env = environment()
    const handle = await env.start(Decision, { input: 2 })
    for (const answer of ['first', 'second']) {
      await env.settle()
      await env.complete(env.calls(Decision, 'mail').at(-1)?.args[0] ?? '', answer)
    }
    expect(await handle.result()).toBe('second')
  })
})

describe('what a test does wrong', () => {
  test('is refused before anything is written', async () => {
    await using env = new TestEnvironment({ workflows })
    const handle = await env.start(Review, { input: undefined })
    await expect(handle.signal('aprove' as 'approve', 'ann')).rejects.toThrow(UnknownHandler)
    await expect(handle.signal('approve', '')).rejects.toThrow(InvalidPayload)
    await expect(handle.query('state' as 'status')).rejects.toThrow(UnknownHandler)
    await expect(env.signalWithStart(Review, { id: 'new', input: undefined, signal: { name: 'approve', args: [''] } })).rejects.toThrow(InvalidPayload)
    expect(() => env.handle(Review, 'new')).toThrow(ExecutionNotFound)
    expect(await handle.history()).toHaveLength(1)
  })

  test('is told what the execution waits for, when it awaits what cannot come', async () => {
    await using env = new TestEnvironment({ workflows })
    const review = await env.start(Review, { input: undefined })
    const waiting = review.result()
    await expect(waiting).rejects.toThrow(AssertionError)
    await expect(review.result()).rejects.toThrow("Execution 'review-1' waits for a condition that does not hold, and nothing is due")
    expect(await review.waitsFor()).toEqual([{ kind: 'condition', command: undefined, dueAt: undefined, attempt: undefined, execution: undefined }])
    await review.signal('approve', 'ann') // nothing is lost by it
    expect(await review.result()).toBe('ann ()')
  })

  test('is told through which child', async () => {
    @Workflow({ name: 'asking' })
    class Asking {
      @Run() async run(): Promise<string> {
        return executeChild(Review, { id: 'r', input: undefined })
      }
    }
    await using env = new TestEnvironment({ workflows: [Asking, Review, Decision] })
    const asking = await env.start(Asking, { input: undefined })
    await expect(asking.result()).rejects.toThrow("Execution 'asking-1' waits for child 'r' (running), which waits for a condition that does not hold")
    await expect(env.handle(Review, 'r').signal('approve', 'ann').then(() => asking.result())).resolves.toBe('ann ()')
  })

  test('hears nothing of it while time is moved by hand', async () => {
    await using env = new TestEnvironment({ workflows, time: 'manual' })
    const review = await env.start(Review, { input: undefined })
    const result = review.result()
    await env.advance('365d')
    await review.signal('approve', 'ann')
    expect(await result).toBe('ann ()')
  })
})
