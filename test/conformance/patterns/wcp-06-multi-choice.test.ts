// WCP-6 Multi-Choice: some of several branches, chosen by what is known, run at the same time.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

interface Call { readonly fire: boolean; readonly injured: number; readonly crime: boolean }

@Workflow({ name: 'emergency-call' })
class EmergencyCall {
  @Step() async fireBrigade(): Promise<string> {
    return 'fire brigade'
  }

  @Step() async ambulances(count: number): Promise<string> {
    return `${count} ambulances`
  }

  @Step() async police(): Promise<string> {
    return 'police'
  }

  @Run() async run(call: Call): Promise<readonly string[]> {
    const sent: Promise<string>[] = []
    if (call.fire) sent.push(this.fireBrigade())
    if (call.injured > 0) sent.push(this.ambulances(call.injured))
    if (call.crime) sent.push(this.police())
    return Promise.all(sent)
  }
}

const scene = pattern('WCP-6 Multi-Choice', [EmergencyCall])

scene('those services are sent that the call needs, at the same time', async (env) => {
  env.mock(EmergencyCall, 'fireBrigade').mockDelay('5m')
  env.mock(EmergencyCall, 'ambulances').mockDelay('3m')
  const crash = await env.start(EmergencyCall, { input: { fire: true, injured: 2, crime: false } })
  expect(await crash.result()).toEqual(['fire brigade', '2 ambulances'])
  await expect(crash).toHaveRunSteps(['ambulances', 'fireBrigade'])
  expect(env.calls(EmergencyCall, 'ambulances')[0]?.at).toEqual(env.calls(EmergencyCall, 'fireBrigade')[0]?.at)
  expect(await env.execute(EmergencyCall, { input: { fire: false, injured: 0, crime: false } })).toEqual([])
})
