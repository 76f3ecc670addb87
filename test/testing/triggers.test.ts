import { condition, cron, externalExecution, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

interface Day {
  readonly day: string
}

const dayOf = (at: Date): Day => ({ day: at.toISOString().slice(0, 10) })

@Workflow({ name: 'report', triggers: [cron('0 6 * * *', { timezone: 'Europe/Berlin', input: dayOf })] })
class Report {
  @Step() async count(day: string): Promise<string> {
    return `report of ${day}`
  }

  @Run() async run({ day }: Day): Promise<string> {
    return this.count(day)
  }
}

@Workflow({ name: 'vacation' })
class Vacation {
  @Run() async run(): Promise<string> {
    await sleep('3d')
    return 'back'
  }
}

test('a tick starts an execution with its input, in the time zone and through the change of its clock', async () => {
  await using env = new TestEnvironment({ workflows: [Report], start: new Date('2026-03-28T00:00:00Z') })
  await env.advance('2d')
  const [first, second, ...more] = env.executions(Report)
  expect(more).toEqual([])
  expect([first?.id, second?.id]).toEqual(['report/cron/2026-03-28T05:00:00Z', 'report/cron/2026-03-29T04:00:00Z'])
  expect(await first?.result()).toBe('report of 2026-03-28')
  expect(await second?.result()).toBe('report of 2026-03-29')
})

test('ticks come while time goes on to something else', async () => {
  await using env = new TestEnvironment({ workflows: [Report, Vacation] })
  expect(await env.execute(Vacation, { input: undefined })).toBe('back')
  expect(env.calls(Report, 'count').map(({ args }) => args[0])).toEqual(['2026-01-01', '2026-01-02', '2026-01-03'])
})

@Workflow({ name: 'patient' })
class Patient {
  #woken = false

  @Signal() wake(): void {
    this.#woken = true
  }

  @Run() async run(): Promise<string> {
    await condition(() => this.#woken)
    return 'woken'
  }
}

@Workflow({ name: 'alarm', triggers: [cron('0 7 * * *')] })
class Alarm {
  @Run() async run(): Promise<void> {
    await externalExecution('sleeper').signal('wake')
  }
}

test('a tick draws no time on, and one that comes takes effect', async () => {
  await using env = new TestEnvironment({ workflows: [Patient, Alarm] })
  const patient = await env.start(Patient, { id: 'sleeper', input: undefined })
  await expect(patient.result()).rejects.toThrow('nothing is due')
  expect(env.executions(Alarm)).toEqual([])
  await env.advance('1d')
  expect(await patient.result()).toBe('woken')
})

test('what a tick starts can be mocked', async () => {
  await using env = new TestEnvironment({ workflows: [Report] })
  env.mockWorkflow(Report).returns('nothing today')
  await env.advance('1d')
  expect(await env.executions(Report)[0]?.result()).toBe('nothing today')
})

test('the newest version is started', async () => {
  @Workflow({ name: 'report', version: '2', triggers: [cron('@hourly', { name: 'hourly' })] })
  class Hourly {
    @Run() async run(): Promise<void> {}
  }
  await using env = new TestEnvironment({ workflows: [Report, Hourly] })
  await env.advance('1d')
  expect(env.executions(Hourly)).toHaveLength(24)
  expect(env.executions(Hourly)[0]?.id).toBe('report/hourly/2026-01-01T01:00:00Z')
})
