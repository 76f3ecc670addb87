// Resonate sim; scenario 62: what a random program observes, of time, chance, races, messages and cancellation, every replay of its history observes again.
import { exportHistory, replay, TestEnvironment, type TestHandle } from '@baton/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Command, Timing, TimingLeaf, timingProgram } from './support/timing-programs.ts'

const RUNS = Number(process.env['BATON_PROPERTY_RUNS'] ?? 60)

/** What happens at a time, ms: a message or a stop, by the number. */
function happen(handle: TestHandle<unknown, Timing>, at: number, i: number): Promise<unknown> {
  if (at % 5 === 4) return handle.stop()
  return at % 5 === 3 ? handle.with({ id: `u${i}` }).update('ask', at % 7) : handle.signal('say', `s${i}`)
}

interface Observed {
  /** What it has seen; undefined if it was stopped before it could say. */
  readonly live: readonly string[] | undefined
  readonly replayed: readonly string[] | undefined
  /** Why messages were not taken. */
  readonly refused: readonly string[]
}

async function observe(program: Command, times: readonly number[], crashes: boolean, replayEveryTurn: boolean): Promise<Observed> {
  await using env = new TestEnvironment({ workflows: [Timing, TimingLeaf], replayEveryTurn })
  const handle = await env.start(Timing, { id: 'timing', input: program })
  const refused: string[] = []
  for (const [i, at] of times.entries()) env.at(at, () => happen(handle, at, i).catch((error: { code: string }) => refused.push(error.code)))
  if (crashes) for (const at of times) env.at(at + 1, () => env.crash(handle))
  const live = await handle.result().catch(() => undefined)
  let instance: Timing | undefined
  const create = (): Timing => (instance = new Timing())
  expect(await replay(await exportHistory(handle), { workflow: Timing, create })).toMatchObject({ ended: true })
  return { live, replayed: instance?.seen, refused }
}

test.each([['undisturbed', false, false], ['with crashes', true, false], ['with a replay every turn', false, true]])('%s', async (_, crashes, replayEveryTurn) => {
  let completed = 0
  await fc.assert(
    fc.asyncProperty(timingProgram, fc.array(fc.nat(40), { maxLength: 5 }), async (program, times) => {
      const { live, replayed, refused } = await observe(program, times, crashes, replayEveryTurn)
      expect(replayed).toEqual(live ?? replayed)
      // An execution that has ended takes no message; an update whose step failed, or that it ended before, is told so.
      expect(refused.filter((code) => code !== 'ExecutionEnded' && code !== 'UpdateFailed')).toEqual([])
      if (live) completed++
    }),
    { numRuns: RUNS },
  )
  expect(completed).toBeGreaterThan(RUNS / 2)
})
