// WCP-21 Structured Loop: an activity is repeated, with the test before it or after it. That is `while` and `do`.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'upload' })
class Upload {
  @Step() async compress(mb: number): Promise<number> {
    return mb / 2
  }

  @Step() async send(mb: number): Promise<{ readonly left: number }> {
    return { left: Math.max(0, mb - 4) }
  }

  @Run() async run(mb: number): Promise<number> {
    let left = mb
    while (left > 10) left = await this.compress(left)
    const sent = left
    do left = (await this.send(left)).left
    while (left > 0)
    return sent
  }
}

const scene = pattern('WCP-21 Structured Loop', [Upload])

scene('the test before the loop may leave it out, that after it runs it once at least', async (env) => {
  const large = await env.start(Upload, { input: 36 })
  expect(await large.result()).toBe(9)
  await expect(large).toHaveRunSteps(['compress', 'compress', 'send', 'send', 'send'])
  const empty = await env.start(Upload, { input: 0 })
  expect(await empty.result()).toBe(0)
  await expect(empty).toHaveRunSteps(['send'])
})
