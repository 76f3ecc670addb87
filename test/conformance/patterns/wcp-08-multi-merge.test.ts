// WCP-8 Multi-Merge: parallel branches go on along the same way, once for each of them. It is a method that each branch calls.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'construction' })
class Construction {
  @Step() async layFoundations(): Promise<string> {
    return 'foundations'
  }

  @Step() async orderMaterials(): Promise<string> {
    return 'materials'
  }

  @Step() async inspect(what: string): Promise<string> {
    return `${what} inspected`
  }

  /** Where the branches merge: each runs it for itself. */
  async onwards(branch: Promise<string>): Promise<string> {
    return this.inspect(await branch)
  }

  @Run() async run(): Promise<readonly string[]> {
    return Promise.all([this.onwards(this.layFoundations()), this.onwards(this.orderMaterials())])
  }
}

const scene = pattern('WCP-8 Multi-Merge', [Construction])

scene('each branch is inspected when it has ended, without waiting for the other', async (env) => {
  env.mock(Construction, 'layFoundations').mockDelay('5d')
  env.mock(Construction, 'orderMaterials').mockDelay('1d')
  const construction = await env.start(Construction, { input: undefined })
  expect(await construction.result()).toEqual(['foundations inspected', 'materials inspected'])
  await expect(construction).toHaveRunSteps(['orderMaterials', 'inspect', 'layFoundations', 'inspect'])
})
