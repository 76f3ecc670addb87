// pgflow condition_evaluation, cascade skip; scenario 58: a step whose condition does not hold is skipped, and what needs it, with joins of all and of any.
import { type Outputs, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'graph' })
class Graph {
  @Step() async source(n: number): Promise<number> {
    return n
  }

  @Step({ after: ['source'], when: (up: Outputs<Graph, 'source'>) => up.source > 10 }) async big(up: Outputs<Graph, 'source'>): Promise<string> {
    return `big ${up.source}`
  }

  @Step({ after: ['source'], when: (up: Outputs<Graph, 'source'>) => up.source % 2 === 0 }) async even(): Promise<string> {
    return 'even'
  }

  @Step({ after: ['big'] }) async afterBig(up: Outputs<Graph, 'big'>): Promise<string> {
    return `after ${up.big}`
  }

  @Step({ after: ['afterBig', 'even'] }) async both(): Promise<string> {
    return 'both'
  }

  @Step({ after: ['afterBig', 'even'], join: 'any' }) async either(up: Partial<Outputs<Graph, 'afterBig' | 'even'>>): Promise<string> {
    return Object.values(up).filter((each) => each !== undefined).join('+')
  }
}

test.each([
  [20, { both: 'both', either: 'after big 20+even' }, ['source', 'big', 'even', 'afterBig', 'both', 'either']],
  [2, { either: 'even' }, ['source', 'even', 'either']],
  [11, { either: 'after big 11' }, ['source', 'big', 'afterBig', 'either']],
  [1, {}, ['source']],
] as const)('of %i', async (n, result, ran) => {
  await using env = new TestEnvironment({ workflows: [Graph], replayEveryTurn: true })
  const handle = await env.start(Graph, { input: n })
  expect(await handle.result()).toEqual(result)
  const steps = (await handle.history()).flatMap(({ type, command }) => (type === 'StepCompleted' ? [command] : []))
  expect(steps.toSorted()).toEqual([...ran].toSorted())
})
