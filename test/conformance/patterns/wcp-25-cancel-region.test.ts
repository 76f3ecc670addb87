// WCP-25 Cancel Region: some activities of a case are withdrawn together, wherever they stand, and the others go on. Those that
// belong together run in one scope.
import { CancellationScope, isCancelled, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'trial' })
class Trial {
  #evidence: CancellationScope | undefined

  @Signal() confess(): void {
    this.#evidence?.cancel('the accused has confessed')
  }

  @Step() async hear(witness: string): Promise<string> {
    return `heard ${witness}`
  }

  @Step() async analyse(): Promise<string> {
    return 'analysed'
  }

  @Step() async keepRecord(): Promise<string> {
    return 'recorded'
  }

  @Step() async sentence(evidence: string): Promise<string> {
    return `sentenced, ${evidence}`
  }

  async takeEvidence(): Promise<string> {
    const hearings = async (): Promise<string> => {
      const first = await this.hear('ann')
      await sleep('5d')
      return `${first}, ${await this.hear('bob')}`
    }
    return (await Promise.all([hearings(), this.analyse()])).join(', ')
  }

  @Run() async run(): Promise<readonly string[]> {
    const scope = (this.#evidence = new CancellationScope())
    const evidence = scope.run(() => this.takeEvidence()).catch((error: unknown) => {
      if (isCancelled(error) && scope.cancelled) return 'by confession'
      throw error
    })
    return Promise.all([this.keepRecord(), evidence.then((taken) => this.sentence(taken))])
  }
}

const scene = pattern('WCP-25 Cancel Region', [Trial])

scene('all that takes evidence is withdrawn, and the record is kept on', async (env) => {
  env.mock(Trial, 'analyse').mockDelay('9d')
  env.mock(Trial, 'keepRecord').mockDelay('20d')
  const trial = await env.start(Trial, { input: undefined })
  env.at('3d', () => trial.signal('confess'))
  expect(await trial.result()).toEqual(['recorded', 'sentenced, by confession'])
  await expect(trial).toHaveRunSteps(['hear', 'sentence', 'keepRecord'])
})

scene('without a confession the evidence counts', async (env) => {
  expect(await env.execute(Trial, { input: undefined })).toEqual(['recorded', 'sentenced, heard ann, heard bob, analysed'])
})
