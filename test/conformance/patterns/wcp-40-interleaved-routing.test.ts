// WCP-40 Interleaved Routing: each of a set of activities runs once, in any order, never two at once. Here whoever does them says
// which is next.
import { condition, Query, Run, Step, Update, Workflow, ApplicationError } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'inspection' })
class Inspection {
  #todo: readonly string[] = []
  #next: string | undefined

  @Query() todo(): readonly string[] {
    return this.#todo
  }

  mustBeFree(part: string): void {
    if (this.#next !== undefined) throw new ApplicationError(`${this.#next} is being inspected`)
    if (!this.#todo.includes(part)) throw new ApplicationError(`${part} is not to be inspected`)
  }

  @Update({ validate: 'mustBeFree' }) async begin(part: string): Promise<void> {
    this.#next = part
    this.#todo = this.#todo.filter((each) => each !== part)
  }

  @Step() async inspect(part: string): Promise<string> {
    return `${part} is fine`
  }

  @Run() async run(parts: readonly string[]): Promise<readonly string[]> {
    const found: string[] = []
    this.#todo = parts
    while (this.#todo.length > 0) {
      await condition(() => this.#next !== undefined)
      found.push(await this.inspect(this.#next ?? ''))
      this.#next = undefined
    }
    return found
  }
}

const scene = pattern('WCP-40 Interleaved Routing', [Inspection])

scene('parts come in the order in which somebody takes them, one at a time, each once', async (env) => {
  env.mock(Inspection, 'inspect').mockDelay('1h')
  const inspection = await env.start(Inspection, { input: ['engine', 'brakes', 'lights'] })
  const refused: string[] = []
  const begin = (at: '1d' | '1445m' | '2d' | '3d' | '4d', part: string): void =>
    env.at(at, () => inspection.update('begin', part).catch(({ cause }: Error) => refused.push((cause as Error).message)))
  begin('1d', 'lights')
  begin('1445m', 'brakes')
  begin('2d', 'lights')
  begin('3d', 'engine')
  begin('4d', 'brakes')
  expect(await inspection.result()).toEqual(['lights is fine', 'engine is fine', 'brakes is fine'])
  expect(refused).toEqual(['lights is being inspected', 'lights is not to be inspected'])
})
