// Vercel promiseAll, step-storm; scenario 15: fifty steps end in a random order, and a replay binds each result to its call.
import { Run, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const N = 50

@Workflow({ name: 'storm' })
class Storm {
  readonly order: number[] = []

  @Step() async part(i: number): Promise<string> {
    return `part ${i}`
  }

  @Run() async run(): Promise<{ readonly parts: readonly string[]; readonly order: readonly number[] }> {
    const parts = await Promise.all(Array.from({ length: N }, async (_, i) => {
      const part = await this.part(i)
      this.order.push(i)
      return part
    }))
    return { parts, order: this.order }
  }
}

const permutations = fc.shuffledSubarray(Array.from({ length: N }, (_, i) => i), { minLength: N, maxLength: N })

test('results stand where their calls stood, and the order of the ends is that of the log', async () => {
  await fc.assert(
    fc.asyncProperty(permutations, fc.nat(N - 1), async (order, crashAt) => {
      await using env = new TestEnvironment({ workflows: [Storm] })
      const mock = env.mock(Storm, 'part')
      // Calls come in the order of i: the i-th takes as long as its place among the ends.
      for (let i = 0; i < N; i++) mock.returns(`part ${i}`, { times: 1, delay: 1_000 * (order.indexOf(i) + 1) })
      mock.runs(async (i) => `part ${i}`, { delay: 1_000_000 }) // those that the crash has interrupted run again
      const handle = await env.start(Storm, { id: 'storm', input: undefined })
      env.at(1_000 * crashAt + 500, () => env.crash(handle))
      const result = await handle.result()
      expect(result.parts).toEqual(Array.from({ length: N }, (_, i) => `part ${i}`))
      expect(result.order.slice(0, crashAt)).toEqual(order.slice(0, crashAt))
      const ended = (await handle.history()).filter(({ type }) => type === 'StepCompleted').map(({ data }) => Number(String(data['output']).slice(5)))
      expect(result.order).toEqual(ended)
    }),
    { numRuns: 25 },
  )
})
