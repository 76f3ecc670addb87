// A stop that comes while the program is shielded from it, and then goes on in a new run, is not lost with the old one.
import { Baton } from '@baton/runtime'
import { CancellationScope, continueAsNew, executionInfo, Run, Signal, condition, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { testWorker } from '../support/worker.ts'

@Workflow({ name: 'shielded' })
class Shielded {
  released = false

  @Signal() release(): void {
    this.released = true
  }

  @Run() async run(n: number): Promise<string> {
    if (executionInfo().run > 1) return 'went on'
    await CancellationScope.nonCancellable(() => condition(() => this.released))
    return continueAsNew<Shielded['run']>(n + 1)
  }
}

test('a stop is not lost with the run that was shielded from it', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  stack.use(await testWorker(url, { workflows: [Shielded] }))
  const baton = stack.use(await Baton.connect(url))
  const handle = await baton.start(Shielded, { input: 1 })
  await handle.stop('enough')
  await handle.signal('release')
  await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionStopped', cause: { reason: 'enough' } })
})
