import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Diagnosis } from './wcp-14-multiple-instances-run-time.ts'

const scene = pattern('WCP-14 Multiple Instances with a priori Run-Time Knowledge', [Diagnosis])

scene('the conclusion waits for as many tests as were ordered', async (env) => {
  env.mock(Diagnosis, 'test').mockDelay('1d')
  for (const symptoms of [[], ['cough'], ['cough', 'fever', 'rash']]) {
    const diagnosis = await env.start(Diagnosis, { input: symptoms })
    expect(await diagnosis.result()).toBe(symptoms.map((symptom) => `test for ${symptom}: negative`).join('; '))
    await expect(diagnosis).toHaveRunSteps(['orderTests', 'conclude'])
    expect((await diagnosis.history()).filter(({ type }) => type === 'IterationCompleted')).toHaveLength(symptoms.length)
  }
})
