// What workflow code draws is the same in a replay; what only looks draws beside it; what a replay cannot repeat ends the turn.
import { AsyncLocalStorage } from 'node:async_hooks'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noBehaviour } from '../../packages/runtime/src/core/behaviour.ts'
import type { Execution, Program } from '../../packages/runtime/src/core/execution.ts'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import { replay } from '../../packages/runtime/src/core/replay.ts'
import type { Region } from '../../packages/runtime/src/core/region.ts'
import { bareSetting } from '../../packages/runtime/src/core/setting.ts'

const ambient = new AsyncLocalStorage<Region>()
const setting = { ...bareSetting, enter: <R>(scope: Region, act: () => R): R => ambient.run(scope, act), current: () => ambient.getStore() }
const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const here = (): Region => {
  const scope = ambient.getStore()
  if (!scope) throw new Error('outside')
  return scope
}
const start = (seed: string): HistoryEvent => ({ type: 'ExecutionStarted', input: null, start: { seed }, at: 5 })

/** Lets a program that needs nothing from outside run to its end, timers at once. */
async function live(program: Program, seed: string): Promise<HistoryEvent[]> {
  const history: HistoryEvent[] = [start(seed)]
  const execution = await replay(program, history, drain, setting)
  for (let more = true; more;) {
    const collected = execution.collect(10)
    history.push(...collected.events)
    ;({ more } = collected)
    for (const command of collected.commands) {
      if (command.kind !== 'timer') continue
      const event = execution.decide({ kind: 'timer', command: command.id }, 10)
      if (!event) continue
      history.push(event)
      execution.deliver(event)
      await drain()
      more = true
    }
    await drain()
  }
  expect(execution.completion).toHaveProperty('output')
  return history
}

const forEach = (count: number, draws: number): Promise<unknown> =>
  here().forEach({
    name: 'items', source: { kind: 'items', count, at: (index) => index }, concurrency: 2, ordered: false, onFailure: 'fail_immediately',
    attempts: 1, retryDelayMs: 0, collect: true,
    body: async () => Array.from({ length: draws }, () => here().random()),
  })

test('draws are the same in a replay, though it does not run the iterations that have ended', async () => {
  const part = fc.oneof(fc.constant('draw' as const), fc.constant('sleep' as const), fc.record({ count: fc.nat(3), draws: fc.nat(3) }))
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), fc.string(), async (parts, seed) => {
      let drawn: unknown[] = []
      const program: Program = async () => {
        drawn = []
        for (const each of parts) {
          if (each === 'draw') drawn.push(here().random(), here().uuid())
          else if (each === 'sleep') await here().sleep(1)
          else drawn.push(await forEach(each.count, each.draws))
        }
      }
      const history = await live(program, seed)
      const first = drawn
      await replay(program, history, drain, setting)
      expect(drawn).toEqual(first)
    }),
    { numRuns: 100 },
  )
})

test('another seed, other draws', async () => {
  const drawn: number[] = []
  const program: Program = async () => {
    drawn.push(here().random())
  }
  for (const seed of ['a', 'b', 'a']) await live(program, seed)
  expect(drawn[0]).toBe(drawn[2])
  expect(drawn[0]).not.toBe(drawn[1])
})

test('a query draws without moving the draws of the program', async () => {
  const draws = async (queries: number): Promise<readonly number[]> => {
    const drawn: number[] = []
    const program: Program = async (execution: Execution) => {
      execution.behave({ ...noBehaviour, query: () => here().random() })
      drawn.push(here().random())
      await here().sleep(1)
      drawn.push(here().random())
    }
    const execution = await replay(program, [start('a')], drain, setting)
    for (let i = 0; i < queries; i++) drawn.push(Number(execution.query('q', null)) * 0)
    execution.collect(10)
    execution.deliver({ type: 'TimerFired', command: 'sleep' })
    await drain()
    return drawn.filter((draw) => draw !== 0)
  }
  expect(await draws(3)).toEqual(await draws(0))
})

test('a program that did what a replay cannot repeat is not replayed, though it caught the error', async () => {
  const error = new Error('fetch() was called')
  const program: Program = async (execution) => {
    execution.violate(error)
  }
  await expect(replay(program, [start('a')], drain, setting)).rejects.toBe(error)
})

test('what a query does is its own affair', async () => {
  const program: Program = async (execution) => {
    execution.behave({ ...noBehaviour, query: () => execution.violate(new Error('fetch() was called')) })
    await here().sleep(1)
  }
  const execution = await replay(program, [start('a')], drain, setting)
  execution.query('q', null)
  expect(execution.violation).toBeUndefined()
})
