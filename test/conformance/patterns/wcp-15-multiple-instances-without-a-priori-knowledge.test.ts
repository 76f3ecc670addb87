// WCP-15 Multiple Instances without a priori Run-Time Knowledge: instances are added while others run; all are waited for. Each is
// begun by a signal, whose method may call steps.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'investigation' })
class Investigation {
  readonly statements: string[] = []
  #interviews = 0

  @Signal() async addWitness(name: string): Promise<void> {
    this.#interviews++
    this.statements.push(await this.interview(name))
    this.#interviews--
  }

  @Step() async interview(name: string): Promise<string> {
    return `statement of ${name}`
  }

  @Step() async close(statements: readonly string[]): Promise<string> {
    return statements.join(', ')
  }

  @Run() async run(firstWitness: string): Promise<string> {
    await this.addWitness(firstWitness)
    await condition(() => this.#interviews === 0)
    return this.close(this.statements)
  }
}

const scene = pattern('WCP-15 Multiple Instances without a priori Run-Time Knowledge', [Investigation])

scene('witnesses are named while others are heard; the case is closed after the last of them', async (env) => {
  env.mock(Investigation, 'interview').mockDelay('3d')
  const investigation = await env.start(Investigation, { input: 'ann' })
  env.at('1d', () => investigation.signal('addWitness', 'bob'))
  env.at('2d', () => investigation.signal('addWitness', 'cy'))
  expect((await investigation.result()).split(', ').sort()).toEqual(['statement of ann', 'statement of bob', 'statement of cy'])
  await expect(investigation).toHaveRunSteps(['interview', 'interview', 'interview', 'close'])
})
