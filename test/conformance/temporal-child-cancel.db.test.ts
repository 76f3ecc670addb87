// Temporal child_workflow/cancel_*; scenario 33: the parent is stopped or killed, and its child follows its parent-close policy.
import { CancellationScope, condition, Run, Signal, startChild, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { note } from '../support/marks.ts'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'child' })
class Child {
  #done = false

  @Signal() finish(): void {
    this.#done = true
  }

  @Step() async cleanUp(): Promise<void> {
    note('child')
  }

  @Run() async run(): Promise<string> {
    try {
      await condition(() => this.#done)
      return 'finished'
    } finally {
      await CancellationScope.nonCancellable(() => this.cleanUp())
    }
  }
}

@Workflow({ name: 'parent' })
class Parent {
  @Run() async run({ id, policy }: { id: string; policy: 'stop' | 'kill' | 'abandon' }): Promise<string> {
    await startChild(Child, { id, input: undefined, parentClosePolicy: policy })
    await condition(() => false, '1h')
    return 'too late'
  }
}

test.each([
  ['stop', 'stop', 'stopped'], ['stop', 'abandon', 'completed'],
  ['kill', 'stop', 'stopped'], ['kill', 'kill', 'killed'], ['kill', 'abandon', 'completed'],
] as const)('%s of the parent, with policy %s: the child ends as %s', async (how, policy, status) => {
  await using stage = await Stage.open()
  await stage.worker([Parent, Child])
  const parent = await stage.baton.start(Parent, { id: 'p', input: { id: 'c', policy } })
  const child = stage.baton.handle(Child, 'c')
  await expect.poll(async () => (await parent.history()).map(({ type }) => type), { interval: 5 }).toContain('ChildStarted')
  await expect.poll(() => child.describe().then(({ status: is }) => is), { interval: 5 }).toBe('running')
  await parent[how]()
  await expect(parent.result()).rejects.toMatchObject({ code: how === 'stop' ? 'ExecutionStopped' : 'ExecutionKilled' })
  const left = policy === 'abandon'
  await expect.poll(() => child.describe().then(({ status: is }) => is), { interval: 5, timeout: 10_000 }).toBe(left ? 'running' : status)
  if (left) await child.signal('finish')
  await expect.poll(() => child.describe().then(({ status: is }) => is), { interval: 5, timeout: 10_000 }).toBe(status)
  expect(stage.marks()).toHaveLength(status === 'killed' ? 0 : 1)
})
