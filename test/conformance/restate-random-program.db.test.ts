// Restate interpreter; scenario 40: a random program of commands has the same outcome with workers that are killed as without.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Interpreter, workflows } from './served/interpreter.ts'
import { randomCommand } from './support/random-command.ts'
import { Stage } from './support/stage.ts'

const SEED = Number(process.env['BATON_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))

test(`of the seed ${SEED}`, { timeout: 90_000 }, async () => {
  await using stage = await Stage.open()
  const programs = fc.sample(randomCommand, { numRuns: 20, seed: SEED })
  const calm = await stage.worker(workflows)
  const start = async (prefix: string) => Promise.all(programs.map((input, i) =>
    stage.baton.signalWithStart(Interpreter, { id: `${prefix}-${i}`, input, signal: { name: 'nudge', args: [], id: 'nudge' } })))
  const expected = await Promise.all((await start('calm')).map((handle) => handle.result()))
  await calm.stop()

  const handles = await start('killed')
  const results = Promise.all(handles.map((handle) => handle.result()))
  results.catch(() => {}) // seen below
  // Short programs may be over before the last of them comes to its death.
  for (const dieAt of ['append:after@2', 'append:before@5', 'append:after@4']) await Promise.race([(await stage.process('interpreter', { dieAt })).exited, results])
  await stage.worker(workflows)
  expect(await results).toEqual(expected)
  for (const handle of handles) {
    const history = await handle.history()
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, i) => i + 1))
    const ended = history.filter(({ type }) => ['StepCompleted', 'StepFailed', 'TimerFired', 'IterationCompleted'].includes(type)).map(({ command }) => command)
    expect(new Set(ended).size).toBe(ended.length)
  }
})
