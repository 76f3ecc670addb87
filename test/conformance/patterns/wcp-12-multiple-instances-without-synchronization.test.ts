// WCP-12 Multiple Instances without Synchronization: several instances of an activity are begun, and nobody waits for them. Those
// are children that go on when their parent has ended.
import { Run, sleep, startChild, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'fine' })
class Fine {
  @Step() async collect(offence: string): Promise<string> {
    return `${offence} paid`
  }

  @Run() async run(offence: string): Promise<string> {
    await sleep('30d')
    return this.collect(offence)
  }
}

@Workflow({ name: 'traffic-control' })
class TrafficControl {
  @Run() async run(offences: readonly string[]): Promise<number> {
    for (const offence of offences) await startChild(Fine, { input: offence, parentClosePolicy: 'abandon' })
    return offences.length
  }
}

const scene = pattern('WCP-12 Multiple Instances without Synchronization', [TrafficControl, Fine])

scene('the control has ended before any of the fines', async (env) => {
  expect(await env.execute(TrafficControl, { input: ['speeding', 'parking'] })).toBe(2)
  const fines = env.executions(Fine)
  expect(await Promise.all(fines.map(async (fine) => (await fine.describe()).status))).toEqual(['running', 'running'])
  expect(await Promise.all(fines.map((fine) => fine.result()))).toEqual(['speeding paid', 'parking paid'])
})
