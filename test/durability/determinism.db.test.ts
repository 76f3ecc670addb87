// A6: workflow code gets a clock and a chance that a replay repeats; what a replay cannot repeat blocks the execution, and mended
// code lets it go on.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Baton, Worker, type WorkerOptions } from '@baton/runtime'
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

let firsts = 0

class Steps {
  @Step() async first(): Promise<string> {
    firsts++
    return 'first'
  }

  @Step() async second(): Promise<string> {
    return 'second'
  }

  @Step() async note(values: readonly unknown[]): Promise<readonly unknown[]> {
    return values
  }
}

@Workflow({ name: 'peeks' })
class Peeks extends Steps {
  @Run() async run(): Promise<string> {
    const first = await this.first()
    const there = (() => {
      try {
        return existsSync('/')
      } catch {
        return false
      }
    })()
    return `${first} ${there ? '' : await this.second()}`
  }
}

@Workflow({ name: 'peeks' })
class Mended extends Steps {
  @Run() async run(): Promise<string> {
    return `${await this.first()} ${await this.second()}`
  }
}

@Workflow({ name: 'asks' })
class Asks extends Steps {
  @Run() async run(): Promise<{ readonly noted: readonly unknown[]; readonly replayed: readonly unknown[] }> {
    const asked = (): readonly unknown[] => [Date.now(), new Date(), performance.now(), Math.random(), randomUUID(), crypto.randomUUID()]
    const before = asked()
    const noted = await this.note(before)
    await new Promise((resolve) => setTimeout(resolve, 400))
    const after = asked()
    await sleep(1_500) // longer than parkAfter, so that what is compared has been through another replay
    return { noted: [...noted, ...(await this.note(after))], replayed: [...before, ...after] }
  }
}

@Workflow({ name: 'asks' })
class Waits extends Steps {
  @Run() async run(): Promise<void> {
    await this.first()
    await new Promise(() => {})
  }
}

const quiet = { log: () => {} } satisfies Partial<WorkerOptions>

test('an execution whose code does I/O is blocked with the line, nothing of that turn written, and goes on with mended code', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  firsts = 0
  const handle = await baton.start(Peeks, { id: 'peeks', input: undefined })
  {
    await using _worker = await Worker.start({ ...quiet, url, workflows: [Peeks] })
    await expect.poll(() => handle.describe(), { interval: 5 }).toMatchObject({ status: 'blocked', blocked: { code: 'NonDeterministic' } })
    const { blocked } = await handle.describe()
    expect(blocked?.reason).toMatch(/^fs\.existsSync\(\) was called in run\(\) of execution 'peeks', at \S+determinism\.db\.test\.ts:\d+:\d+\. .* Move the call into a step\.$/)
    expect((await handle.history()).map(({ type }) => type)).toEqual(['ExecutionStarted'])
  }
  await using _worker = await Worker.start({ ...quiet, url, workflows: [Mended] })
  expect(await handle.result()).toBe('first second')
  expect(firsts).toBe(2) // its outcome belonged to the turn that was not written
})

test('without a guard nothing is refused', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  await using _worker = await Worker.start({ ...quiet, url, workflows: [Peeks], guard: false })
  expect(await baton.execute(Peeks, { id: 'peeks', input: undefined })).toBe('first ')
})

test('another worker that replays the execution sees the times and draws of the first', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const handle = await (async () => {
    await using _worker = await Worker.start({ ...quiet, url, workflows: [Asks] })
    const started = await baton.start(Asks, { id: 'asks', input: undefined })
    await expect.poll(async () => (await started.history()).at(-1)?.type, { interval: 5 }).toBe('TimerStarted')
    return started
  })()
  await using _worker = await Worker.start({ ...quiet, url, workflows: [Asks], parkAfter: '100ms' })
  const { noted, replayed } = await handle.result()
  expect(noted).toEqual(replayed)
  expect(Number(noted[6]) - Number(noted[0])).toBeGreaterThanOrEqual(400)
  expect(noted).toHaveLength(12)
  for (const at of [0, 6]) expect(noted[at]).toBe((noted[at + 1] as Date).getTime())
  expect(new Set([3, 4, 5, 9, 10, 11].map((i) => noted[i])).size).toBe(6)
})

test('a wait for what is none of Baton\'s is blocked with its line', async () => {
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  await using _worker = await Worker.start({ ...quiet, url: database.url, workflows: [Waits] })
  const handle = await baton.start(Waits, { id: 'waits', input: undefined })
  await expect.poll(() => handle.describe(), { interval: 5 }).toMatchObject({ status: 'blocked', blocked: { code: 'ForeignWait' } })
  expect((await handle.describe()).blocked?.reason).toMatch(/It waits at \S+determinism\.db\.test\.ts:\d+:\d+\./)
})

test('sleep and the clock agree', async () => {
  @Workflow({ name: 'clock' })
  class Clock {
    @Step() async now(): Promise<number> {
      return Date.now()
    }

    @Run() async run(): Promise<readonly number[]> {
      const begin = Date.now()
      await sleep(50)
      return [begin, Date.now(), await this.now()]
    }
  }
  await using database = await createDatabase()
  await using baton = await Baton.connect(database.url)
  await using _worker = await Worker.start({ ...quiet, url: database.url, workflows: [Clock] })
  const [begin = 0, end = 0, real = 0] = await baton.execute(Clock, { id: 'clock', input: undefined })
  expect(end - begin).toBeGreaterThanOrEqual(50)
  expect(Math.abs(real - end)).toBeLessThan(5_000)
})

test('timers are cleared and started anew, also in a replay by another worker', async () => {
  @Workflow({ name: 'timers' })
  class Timers extends Steps {
    @Run() async run(): Promise<readonly string[]> {
      const rung: string[] = []
      const cleared = setTimeout(() => rung.push('cleared'), 3_600_000)
      const again = setTimeout(() => rung.push('again'), 50)
      clearTimeout(cleared)
      again.refresh()
      const signal = AbortSignal.timeout(100)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      rung.push('aborted')
      await new Promise((resolve) => setTimeout(resolve, 500))
      return rung
    }
  }
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  const types = async (): Promise<readonly string[]> => (await baton.handle('timers').history()).map(({ type }) => type)
  const handle = await (async () => {
    await using _worker = await Worker.start({ ...quiet, url, workflows: [Timers] })
    const started = await baton.start(Timers, { id: 'timers', input: undefined })
    await expect.poll(async () => (await types()).filter((type) => type === 'TimerFired').length, { interval: 5 }).toBe(2)
    return started
  })()
  await using _worker = await Worker.start({ ...quiet, url, workflows: [Timers] })
  expect(await handle.result()).toEqual(['again', 'aborted'])
})
