// The bound of a payload is an option: it holds for all that is written, before anything is.
import { Baton, offload, type PayloadOptions, postgresStore, Worker } from '@baton/runtime'
import { BatonError, Run, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

const quiet = { log: () => {} }

@Workflow({ name: 'bounded' })
class Bounded {
  @Step() async sized(bytes: number): Promise<string> {
    return 'x'.repeat(bytes)
  }

  @Step() async length(text: string): Promise<number> {
    return text.length
  }

  @Run() async run(where: { input: string; result: number; argument: number; output: number }): Promise<string> {
    await this.sized(where.result)
    try {
      await this.length('x'.repeat(where.argument))
    } catch (error) {
      if (!(error instanceof BatonError)) throw error
      return `the call threw ${error.code}`
    }
    return 'x'.repeat(where.output)
  }
}

const small = { input: '', result: 1, argument: 1, output: 1 }

test('what is larger than the bound is refused wherever it comes from', async () => {
  await using database = await createDatabase()
  const { url } = database
  const payloads: PayloadOptions = { maxBytes: 1_000 }
  await using _worker = await Worker.start({ url, workflows: [Bounded], ...quiet, payloads })
  await using baton = await Baton.connect(url, { payloads })
  await expect(baton.start(Bounded, { id: 'input', input: { ...small, input: 'x'.repeat(1_000) } })).rejects.toMatchObject({ code: 'PayloadTooLarge', limit: 1_000 })
  await expect(baton.handle('input').describe()).rejects.toMatchObject({ code: 'ExecutionNotFound' })
  await expect(baton.execute(Bounded, { input: { ...small, result: 999 } })).rejects.toMatchObject({ cause: { code: 'StepFailed', attempts: 1, cause: { code: 'PayloadTooLarge' } } })
  expect(await baton.execute(Bounded, { input: { ...small, argument: 999 } })).toBe('the call threw PayloadTooLarge')
  await expect(baton.execute(Bounded, { input: { ...small, output: 999 } })).rejects.toMatchObject({ cause: { code: 'PayloadTooLarge' } })
  expect(await baton.execute(Bounded, { input: { ...small, result: 998, output: 998 } })).toHaveLength(998)
})

test('with a store it can be more than two megabytes', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using store = postgresStore({ url })
  const payloads: PayloadOptions = { codecs: [offload({ store })], maxBytes: 5_000_000 }
  await using _worker = await Worker.start({ url, workflows: [Bounded], ...quiet, payloads })
  await using baton = await Baton.connect(url, { payloads })
  const large = 4_000_000
  expect(await baton.execute(Bounded, { input: { input: 'x'.repeat(large), result: large, argument: large, output: large } })).toHaveLength(large)
})

test.each([0, 1.5, Number.NaN])('a bound of %d is refused', async (maxBytes) => {
  await expect(Baton.connect('postgres://localhost/unasked', { payloads: { maxBytes } })).rejects.toMatchObject({ code: 'InvalidOption' })
})
