// Effect issue 6014, DBOS Python issue 688; scenario 18: two branches of sequential steps, interleaved in any way, keep their own results.
import { Run, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

@Workflow({ name: 'branches' })
class Branches {
  @Step() async next(branch: string, i: number, _ms: number): Promise<string> {
    return `${branch}${i}`
  }

  @Run() async run(times: readonly (readonly number[])[]): Promise<readonly string[]> {
    return Promise.all(times.map(async (branch, n) => {
      const seen: string[] = []
      for (const [i, ms] of branch.entries()) seen.push(await this.next(String.fromCodePoint(97 + n), i, ms))
      return seen.join(' ')
    }))
  }
}

const branch = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 })

test('whatever the interleaving, and with a replay after each turn', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(branch, branch, branch), fc.boolean(), async (times, replayEveryTurn) => {
      await using env = new TestEnvironment({ workflows: [Branches], replayEveryTurn })
      env.mock(Branches, 'next').runs(async (name, i, ms) => {
        for (let turn = 0; turn < ms; turn++) await new Promise((resolve) => setImmediate(resolve))
        return `${name}${i}`
      })
      const expected = times.map((each, n) => each.map((_, i) => `${String.fromCodePoint(97 + n)}${i}`).join(' '))
      expect(await env.execute(Branches, { input: times })).toEqual(expected)
    }),
    { numRuns: 40 },
  )
})
