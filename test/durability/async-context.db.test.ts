// Code of an execution runs in the context of its worker, not in that of the request that happened to start it.
import { AsyncLocalStorage } from 'node:async_hooks'
import { Baton, Worker } from '@baton/runtime'
import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { connected } from '../support/connected.ts'

const request = new AsyncLocalStorage<string>()
let seen: (string | undefined)[] = []

const look = (): void => void seen.push(request.getStore())

@Workflow({ name: 'context' })
class Context {
  @Step() async child(baton: string): Promise<void> {
    look()
    if (baton !== '') await request.run('a step', async () => (await clients.get(baton)?.start(Context, { input: '' }))?.result())
  }

  @Run() async run(baton: string): Promise<void> {
    look()
    await this.child(baton)
    look()
    await sleep(1)
    look()
    await this.child('')
  }
}

const clients = new Map<string, Baton>()

test('what a request or a step starts in the process of its worker does not run in their context', async () => {
  await using stack = new AsyncDisposableStack()
  const { url, baton } = await connected(stack)
  clients.set('here', baton)
  stack.defer(() => void clients.clear())
  const worker = await Worker.start({ url, workflows: [Context] })
  stack.defer(() => worker.stop())
  seen = []
  await Promise.all(Array.from({ length: 5 }, (_, i) => request.run(`request ${i}`, () => baton.execute(Context, { input: 'here' }))))
  expect(seen).toHaveLength(50)
  expect(new Set(seen)).toEqual(new Set([undefined]))
})
