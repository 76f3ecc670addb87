// WCP-5 Simple Merge: alternative branches, of which one is taken, go on as one. It is the statement after an `if`.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'excavation' })
class Excavation {
  @Step() async byBobcat(site: string): Promise<string> {
    return `${site} by bobcat`
  }

  @Step() async byDigger(site: string): Promise<string> {
    return `${site} by digger`
  }

  @Step() async invoice(dug: string): Promise<string> {
    return `invoice: ${dug}`
  }

  @Run() async run({ site, depth }: { site: string; depth: number }): Promise<string> {
    const dug = depth < 2 ? await this.byBobcat(site) : await this.byDigger(site)
    return this.invoice(dug)
  }
}

const scene = pattern('WCP-5 Simple Merge', [Excavation])

scene('an invoice follows whichever branch was taken', async (env) => {
  const shallow = await env.start(Excavation, { input: { site: 'lot 1', depth: 1 } })
  const deep = await env.start(Excavation, { input: { site: 'lot 2', depth: 5 } })
  expect([await shallow.result(), await deep.result()]).toEqual(['invoice: lot 1 by bobcat', 'invoice: lot 2 by digger'])
  await expect(shallow).toHaveRunSteps(['byBobcat', 'invoice'])
  await expect(deep).toHaveRunSteps(['byDigger', 'invoice'])
})
