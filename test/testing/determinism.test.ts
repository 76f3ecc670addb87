import { readFileSync } from 'node:fs'
import { NonDeterministic } from '@baton/runtime'
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { completes, exportHistory, given, replay, started, TestEnvironment } from '@baton/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

type Part = 'clock' | 'chance' | 'sleep' | 'step' | 'timeout'

/** What the code saw, the last time it ran. */
let seen: unknown[] = []

@Workflow({ name: 'asks' })
class Asks {
  @Step() async step(): Promise<number> {
    return Date.now()
  }

  @Run() async run(parts: readonly Part[]): Promise<void> {
    seen = []
    for (const part of parts) {
      if (part === 'clock') seen.push(Date.now(), new Date().toISOString(), performance.now())
      else if (part === 'chance') seen.push(Math.random(), crypto.randomUUID())
      else if (part === 'sleep') await sleep('1h')
      else if (part === 'step') await this.step()
      else await new Promise((resolve) => setTimeout(resolve, 60_000))
    }
  }
}

@Workflow({ name: 'reads' })
class Reads {
  @Step() async read(): Promise<string> {
    return readFileSync(import.meta.filename, 'utf8')
  }

  @Run() async run(when: 'first' | 'later'): Promise<number> {
    if (when === 'later') await this.read()
    try {
      return readFileSync(import.meta.filename).length
    } catch {
      return 0
    }
  }
}

test('in run the time is the virtual one; in a step it is the process\'s', async () => {
  const start = new Date('2030-01-01T00:00:00Z')
  await using env = new TestEnvironment({ workflows: [Asks], start })
  const handle = await env.start(Asks, { input: ['clock', 'sleep', 'clock', 'timeout', 'clock'] })
  await handle.result()
  const times = [0, 3_600_000, 3_660_000].map((ms) => start.getTime() + ms)
  expect(seen).toEqual(times.flatMap((time) => [time, new Date(time).toISOString(), time]))
  expect(env.now().getTime()).toBe(times[2])
  const step = await env.start(Asks, { input: ['step'] })
  await step.result()
  const completed = (await step.history()).find(({ type }) => type === 'StepCompleted')
  expect(Math.abs(Number(completed?.data['output']) - Date.now())).toBeLessThan(60_000)
})

test('the same history shows the code the same values', async () => {
  const parts = fc.array(fc.constantFrom<Part>('clock', 'chance', 'sleep', 'step', 'timeout'), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(parts, async (input) => {
      await using env = new TestEnvironment({ workflows: [Asks] })
      const handle = await env.start(Asks, { input })
      await handle.result()
      const live = seen
      expect(await replay(await exportHistory(handle), Asks)).toMatchObject({ ended: true })
      expect(seen).toEqual(live)
    }),
    { numRuns: 60 },
  )
})

test.each(['first', 'later'] as const)('an execution that does I/O is blocked, though it caught the error: %s', async (when) => {
  await using env = new TestEnvironment({ workflows: [Reads] })
  const handle = await env.start(Reads, { input: when })
  await expect(handle.result()).rejects.toThrow(NonDeterministic)
  expect(await handle.describe()).toMatchObject({ status: 'blocked', blocked: { code: 'NonDeterministic' } })
  expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted'])
})

test('a history whose code does I/O does not replay', async () => {
  await expect(given(Reads, [started('later')]).when()).resolves.toBeDefined()
  await expect(given(Reads, [started('later')]).when(completes('read', 'text'))).rejects.toThrow(/fs\.readFileSync\(\) was called in run\(\)/)
})
