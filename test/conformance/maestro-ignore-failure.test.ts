// Maestro failure modes; scenario 31: what a step whose failure is ignored means for those after it, and the other modes beside it.
import { type Outputs, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'lenient' })
class Lenient {
  @Step() async extract(n: number): Promise<number> {
    return n
  }

  @Step({ after: ['extract'], onFailure: 'ignore', retry: { maxAttempts: 2, delay: '1s' } }) async enrich(): Promise<number> {
    return 7
  }

  @Step({ after: ['enrich'] }) async load(up: Outputs<Lenient, 'enrich'>): Promise<string> {
    return `loaded ${String(up.enrich)}`
  }
}

@Workflow({ name: 'strict' })
class Strict {
  @Step({ retry: { maxAttempts: 1 } }) async fails(): Promise<string> {
    return 'fine'
  }

  @Step() async beside(): Promise<string> {
    return 'beside'
  }

  @Step({ after: ['beside'] }) async next(): Promise<string> {
    return 'next'
  }
}

test('the next step runs, with undefined in place of the output, and the execution completes', async () => {
  await using env = new TestEnvironment({ workflows: [Lenient] })
  expect(await env.execute(Lenient, { input: 1 })).toEqual({ load: 'loaded 7' })
  env.mock(Lenient, 'enrich').fails(new Error('no data'))
  const handle = await env.start(Lenient, { input: 2 })
  expect(await handle.result()).toEqual({ load: 'loaded undefined' })
  expect(await handle.describe()).toMatchObject({ status: 'completed' })
  expect((await handle.history()).map(({ type, command }) => `${type} ${command ?? ''}`)).toContain('StepFailed enrich')
})

test('where it is not ignored, running steps end, no other begins, and the execution fails', async () => {
  await using env = new TestEnvironment({ workflows: [Strict] })
  env.mock(Strict, 'fails').fails(new Error('broken'))
  env.mock(Strict, 'beside').mockDelay('1m')
  await expect(env.execute(Strict, { input: undefined })).rejects.toMatchObject({ cause: { step: 'fails' } })
  expect(env.calls(Strict, 'beside')).toHaveLength(1)
  expect(env.calls(Strict, 'next')).toHaveLength(0)
})
