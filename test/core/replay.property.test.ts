// The guarantees of the core over random programs in a random world (G2, G7). A failure prints its seed and the smallest program.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completionEvent } from '../../packages/runtime/src/core/completion.ts'
import { fromRow, toRow } from '../../packages/runtime/src/core/event-row.ts'
import type { HistoryEvent } from '../../packages/runtime/src/core/history-event.ts'
import { type LiveRun, type Rest, runLive, runReplay } from './live-run.ts'
import { randomProgram } from './random-program.ts'
import { drain } from './scenario.ts'

const RUNS = Number(process.env['BATON_PROPERTY_RUNS'] ?? 300)
const choices = fc.array(fc.nat(999), { minLength: 1, maxLength: 80 })
const CLOSING = new Set(['StepCompleted', 'StepFailed', 'TimerFired'])

describe('any program, whatever the world does', () => {
  it('asks after the replay of any prefix of its history for what it asked for live', { timeout: 60_000 }, async () => {
    await check(async (live, { program }) => {
      for (let length = 1; length <= live.history.length; length++) {
        const rest = restOf(live, length)
        const { execution } = await runReplay(program, live.history.slice(0, length))
        const { events, commands } = execution.collect(rest.now)
        expect(commands).toEqual(rest.open)
        // What a prefix cuts off between two events of one turn is made again.
        const end = execution.completion && length < live.history.length ? [completionEvent(execution.completion, 'flow')] : []
        expect(plain([...events, ...end])).toEqual(plain(live.history.slice(length, rest.to)))
      }
    })
  })

  it('observes in a replay what it observed live, in the same order', { timeout: 60_000 }, async () => {
    await check(async (live, { program }) => {
      for (let length = 1; length <= live.history.length; length++) {
        const { seen } = await runReplay(program, live.history.slice(0, length))
        expect(seen).toEqual(restOf(live, length).seen)
      }
    })
  })

  it('goes on after a takeover at any point as it would have without one', { timeout: 60_000 }, async () => {
    await check(async (live, { program, crashAt }) => {
      const rest = live.rests[crashAt % live.rests.length]
      if (!rest || rest.end) return
      const history = live.history.slice(0, rest.to)
      const { execution } = await runReplay(program, history)
      execution.collect(rest.now)
      // An input is repeated to the new owner too, and is as much without effect as it was.
      for (const { input, now } of live.inputs) {
        const event = execution.decide(input, now)
        if (!event) continue
        history.push(event)
        execution.deliver(event)
        await drain()
        history.push(...execution.collect(now).events)
      }
      if (execution.completion) history.push(completionEvent(execution.completion, 'flow'))
      expect(plain(history)).toEqual(plain(live.history))
    }, withoutRepetitions)
  })

  it('has each outcome recorded once, and nothing of a command that is closed', { timeout: 60_000 }, async () => {
    await check(async (live) => {
      const closed = new Set<string>()
      const attempts = new Map<string, number>()
      for (const [i, event] of live.history.entries()) {
        expect(event.type === 'ExecutionCompleted' || event.type === 'ExecutionFailed').toBe(restOf(live, live.history.length).end !== undefined && i === live.history.length - 1)
        if (!('command' in event)) continue
        expect(closed).not.toContain(event.command)
        if (CLOSING.has(event.type)) closed.add(event.command)
        if (event.type !== 'StepRetrying') continue
        expect(event.attempt).toBe((attempts.get(event.command) ?? 0) + 1)
        attempts.set(event.command, event.attempt)
      }
      for (const { open } of live.rests.slice(-1)) for (const { id } of open) expect(closed).not.toContain(id)
    })
  })

  it('writes the same log for the same inputs', { timeout: 60_000 }, async () => {
    await check(async (live, { program, world }) => {
      const again = await runLive(program, world)
      expect(plain(again.history)).toEqual(plain(live.history))
      expect(plain(again.rests)).toEqual(plain(live.rests))
    })
  })

  it('has a log that is read as it was written', { timeout: 60_000 }, async () => {
    await check(async (live) => {
      expect(live.history.map((event) => fromRow(toRow(event)))).toEqual(live.history)
    })
  })
})

interface Case {
  readonly program: Parameters<typeof runLive>[0]
  readonly world: readonly number[]
  readonly crashAt: number
}

type Property = (live: LiveRun, given: Case) => Promise<void>

async function check(property: Property, prepare: (live: LiveRun) => LiveRun = (live) => live): Promise<void> {
  await fc.assert(
    fc.asyncProperty(randomProgram, choices, fc.nat(50), async (program, world, crashAt) => {
      await property(prepare(await runLive(program, world)), { program, world, crashAt })
    }),
    { numRuns: RUNS },
  )
}

/** Of inputs that came several times only the one that counted: after a takeover an early duplicate would count first. */
function withoutRepetitions(live: LiveRun): LiveRun {
  return { ...live, inputs: live.inputs.filter(({ event }) => event !== undefined) }
}

/** The rest at which a prefix of that length stood: the last one whose delivery is in it. */
function restOf(live: LiveRun, length: number): Rest {
  const rest = live.rests.findLast(({ from }) => from <= length)
  if (!rest) throw new Error(`No rest before event ${length}.`)
  return rest
}

/** Stacks left out: they name this file, and lines of it. */
function plain(values: readonly (HistoryEvent | Rest)[]): unknown {
  return JSON.parse(JSON.stringify(values, (key, value: unknown) => (key === 'stack' ? undefined : value)))
}
