// A codec may take its time, more for one batch than for the next: what an execution was told stays in its order.
import { Baton, type CodedPayload, type PayloadCodec, Worker } from '@baton/runtime'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Branches, Fan } from '../support/workflows.ts'

/** Turns every byte round, after 0 to 4 macrotasks. */
function dawdling(): PayloadCodec {
  let calls = 0
  const turned = async (payloads: readonly Uint8Array[]): Promise<readonly Uint8Array[]> => {
    for (let i = (calls++ * 3) % 5; i > 0; i--) await new Promise((resolve) => setImmediate(resolve))
    return payloads.map((data) => data.map((byte) => byte ^ 0xff))
  }
  return {
    id: 'turned',
    encode: async (payloads) => (await turned(payloads)).map((data): CodedPayload => ({ data })),
    decode: (payloads) => turned(payloads.map(({ data }) => data)),
  }
}

test.each([['with steps here', true], ['with steps away', false]])('a hundred executions of many turns end as without it, %s', async (_, locality) => {
  await using database = await createDatabase()
  const { url } = database
  const payloads = { codecs: [dawdling()] }
  await using baton = await Baton.connect(url, { payloads })
  await using _first = await Worker.start({ url, workflows: [Branches, Fan], locality, payloads, log: () => {} })
  await using _second = await Worker.start({ url, workflows: [Branches, Fan], locality, payloads, log: () => {} })
  const branches = Array.from({ length: 60 }, (_, i) => baton.execute(Branches, { id: `b${i}`, input: i }))
  const fans = Array.from({ length: 40 }, (_, i) => baton.execute(Fan, { input: { n: i, ms: 0 } }))
  expect(await Promise.all(branches)).toEqual(branches.map((_, i) => ({ left: i + 83, right: i + 803, sum: 2 * i + 886 })))
  expect(await Promise.all(fans)).toEqual(fans.map((_, i) => i * i - i))
  for (const id of ['b0', 'b59']) {
    const history = await baton.handle(id).history()
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, i) => i + 1))
    expect(history.filter(({ type }) => type === 'StepCompleted')).toHaveLength(20)
  }
})
