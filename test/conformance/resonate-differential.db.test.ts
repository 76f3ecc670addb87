// Resonate diff-testing; scenario 57: the test environment and Postgres, two engines, come to the same outcome and the same commands.
import { TestEnvironment } from '@baton/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Interpreter, workflows } from './served/interpreter.ts'
import { randomCommand } from './support/random-command.ts'
import { Stage } from './support/stage.ts'

const SEED = Number(process.env['BATON_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))

interface Seen {
  readonly result: string
  readonly outcomes: readonly string[]
}

const outcomesOf = (history: readonly { readonly type: string; readonly command: string | undefined }[]): readonly string[] =>
  history.filter(({ type }) => ['StepCompleted', 'StepFailed', 'TimerFired', 'IterationCompleted'].includes(type)).map(({ type, command }) => `${type} ${command ?? ''}`).sort()

test(`of the seed ${SEED}`, async () => {
  await using stage = await Stage.open()
  await stage.worker(workflows)
  const programs = fc.sample(randomCommand, { numRuns: 40, seed: SEED })
  await Promise.all(programs.map(async (input, i) => {
    const message = { id: `p-${i}`, input, signal: { name: 'nudge', args: [], id: 'nudge' } } as const
    const real = await stage.baton.signalWithStart(Interpreter, { ...message, signal: { ...message.signal, args: [] } })
    await using env = new TestEnvironment({ workflows, replayEveryTurn: i % 2 === 1 })
    const virtual = await env.signalWithStart(Interpreter, { ...message, signal: { ...message.signal, args: [] } })
    const seen = async (handle: typeof real | typeof virtual): Promise<Seen> => ({ result: await handle.result(), outcomes: outcomesOf(await handle.history()) })
    const [one, other] = await Promise.all([seen(real), seen(virtual)])
    expect(one.result, JSON.stringify(input)).toBe(other.result)
    // What still runs when the program ends is recorded by whoever is quicker; the rest is the same.
    const compared = ({ outcomes }: Seen): readonly string[] => (JSON.stringify(input).includes('"any"') ? [] : outcomes)
    expect(compared(one), JSON.stringify(input)).toEqual(compared(other))
  }))
})
