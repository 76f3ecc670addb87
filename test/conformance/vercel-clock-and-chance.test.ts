// Vercel, Temporal determinism; scenario 14: clock, chance and ids inside a workflow are equal in every replay.
import { randomBytes, randomUUID } from 'node:crypto'
import { now, random, Run, sleep, Step, uuid, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'drawing' })
class Drawing {
  @Step() async keep(values: readonly unknown[]): Promise<readonly unknown[]> {
    return values
  }

  @Run() async run(rounds: number): Promise<{ readonly kept: readonly unknown[]; readonly seen: readonly unknown[] }> {
    const kept: unknown[] = []
    const seen: unknown[] = []
    for (let i = 0; i < rounds; i++) {
      const drawn = [
        Date.now(), new Date().toISOString(), performance.now(), Math.random(), randomUUID(), crypto.randomUUID(), randomBytes(4).toString('hex'),
        now().getTime(), random(), uuid(),
      ]
      seen.push(...drawn)
      kept.push(...(await this.keep(drawn)))
      await sleep(1_000)
    }
    return { kept, seen }
  }
}

test.each([false, true])('what was drawn is what a step was given, with a replay every turn: %s', async (replayEveryTurn) => {
  await using env = new TestEnvironment({ workflows: [Drawing], replayEveryTurn })
  const { kept, seen } = await env.execute(Drawing, { id: 'drawing', input: 5 })
  expect(seen).toEqual(kept) // `seen` is that of the last replay, `kept` that of when it happened
  expect(new Set(kept.filter((_, i) => i % 10 === 3)).size).toBe(5)
  const times = kept.filter((_, i) => i % 10 === 0).map(Number)
  expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 1_000, 2_000, 3_000, 4_000])
})

test('another execution draws otherwise', async () => {
  await using env = new TestEnvironment({ workflows: [Drawing] })
  const [one, other] = await Promise.all([env.execute(Drawing, { id: 'one', input: 1 }), env.execute(Drawing, { id: 'other', input: 1 })])
  for (const at of [3, 4, 5, 6, 8, 9]) expect(one.kept[at]).not.toEqual(other.kept[at])
})
