// WCP-11 Implicit Termination: the case has ended when there is nothing left to do, without a place that says so. So ends a graph.
import { type Outputs, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'publication' })
class Publication {
  @Step() async accept(paper: string): Promise<string> {
    return paper
  }

  @Step({ after: ['accept'] }) async thankReviewers(): Promise<string> {
    return 'thanked'
  }

  @Step({ after: ['accept'] }) async typeset({ accept }: Outputs<Publication, 'accept'>): Promise<string> {
    return `${accept}, typeset`
  }

  @Step({ after: ['typeset'], when: (_up: Outputs<Publication, 'typeset'>, paper: string) => paper.startsWith('long') })
  async index({ typeset }: Outputs<Publication, 'typeset'>): Promise<string> {
    return `index of ${typeset}`
  }
}

const scene = pattern('WCP-11 Implicit Termination', [Publication])

scene('the publication has ended when the last branch has, whichever that is', async (env) => {
  env.mock(Publication, 'thankReviewers').mockDelay('5d')
  env.mock(Publication, 'typeset').mockDelay('1d')
  const long = await env.start(Publication, { input: 'long paper' })
  expect(await long.result()).toEqual({ thankReviewers: 'thanked', index: 'index of long paper, typeset' })
  await expect(long).toHaveRunSteps(['accept', 'typeset', 'index', 'thankReviewers'])
  const short = await env.start(Publication, { input: 'note' })
  expect(await short.result()).toEqual({ thankReviewers: 'thanked' })
})
