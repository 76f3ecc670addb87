// WCP-26 Cancel Multiple Instance Activity: those instances that have not ended are withdrawn, those that have are left as they
// are, and the case takes another way. A `forEach` in a scope is cancelled as one.
import { CancellationScope, forEach, isCancelled, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'protein-search' })
class ProteinSearch {
  #search: CancellationScope | undefined

  @Signal() abandon(): void {
    this.#search?.cancel('no budget')
  }

  @Step() async fold(protein: number): Promise<number> {
    return protein * 10
  }

  @Step() async report(how: string): Promise<string> {
    return how
  }

  @Run() async run(proteins: readonly number[]): Promise<string> {
    const scope = (this.#search = new CancellationScope())
    try {
      const folded = await scope.run(() => forEach(proteins, { concurrency: 2 }, (protein) => this.fold(protein)))
      return await this.report(`folded ${folded.join(', ')}`)
    } catch (error) {
      if (!isCancelled(error) || !scope.cancelled) throw error
      return this.report('abandoned')
    }
  }
}

const scene = pattern('WCP-26 Cancel Multiple Instance Activity', [ProteinSearch])

scene('two have been folded, two are withdrawn, and the last never begins', async (env) => {
  env.mock(ProteinSearch, 'fold').mockDelay('10d')
  const search = await env.start(ProteinSearch, { input: [1, 2, 3, 4, 5] })
  env.at('15d', () => search.signal('abandon'))
  expect(await search.result()).toBe('abandoned')
  expect(env.calls(ProteinSearch, 'fold').map(({ args }) => args[0])).not.toContain(5)
})

scene('undisturbed all are folded', async (env) => {
  expect(await env.execute(ProteinSearch, { input: [1, 2, 3] })).toBe('folded 10, 20, 30')
})
