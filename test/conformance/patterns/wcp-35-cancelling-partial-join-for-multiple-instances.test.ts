// WCP-35 Cancelling Partial Join for Multiple Instances: when n of the instances have ended the case goes on, and the others are
// withdrawn. The instances are children here: cancelling the scope in which they are waited for stops them.
import { CancellationScope, condition, executeChild, Run, sleep, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'render' })
class Render {
  @Step() async save(days: number): Promise<string> {
    return `after ${days} days`
  }

  @Run() async run(days: number): Promise<string> {
    await sleep(days * 24 * 3_600_000)
    return this.save(days)
  }
}

@Workflow({ name: 'gallery' })
class Gallery {
  @Run() async run({ renders, enough }: { renders: readonly number[]; enough: number }): Promise<readonly string[]> {
    const done: string[] = []
    const scope = new CancellationScope()
    const all = Promise.all(renders.map(async (days) => done.push(await scope.run(() => executeChild(Render, { input: days })))))
    await Promise.race([condition(() => done.length >= enough), all])
    scope.cancel('the gallery is full')
    return done
  }
}

const scene = pattern('WCP-35 Cancelling Partial Join for Multiple Instances', [Gallery, Render])

scene('the two that are done are shown, and the others are stopped', async (env) => {
  expect(await env.execute(Gallery, { input: { renders: [9, 2, 20, 5], enough: 2 } })).toEqual(['after 2 days', 'after 5 days'])
  await env.settle()
  const statuses = await Promise.all(env.executions(Render).map(async (render) => (await render.describe()).status))
  expect(statuses).toEqual(['stopped', 'completed', 'stopped', 'completed'])
})
