// WCP-27 Complete Multiple Instance Activity: the instances that have not ended are withdrawn, and the case goes on with what the
// others have given, as if all had ended.
import { CancellationScope, condition, isCancelled, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

@Workflow({ name: 'survey' })
class Survey {
  #interviews: CancellationScope | undefined
  readonly #answers = new Map<string, string>()

  @Signal() answer(person: string, text: string): void {
    this.#answers.set(person, text)
  }

  @Signal() close(): void {
    this.#interviews?.cancel('the survey is closed')
  }

  @Step() async ask(person: string): Promise<string> {
    return `asked ${person}`
  }

  @Step() async evaluate(answers: readonly string[]): Promise<string> {
    return answers.join(', ')
  }

  async interview(person: string): Promise<string> {
    await this.ask(person)
    await condition(() => this.#answers.has(person))
    return `${person} says ${this.#answers.get(person)}`
  }

  @Run() async run(people: readonly string[]): Promise<string> {
    const scope = (this.#interviews = new CancellationScope())
    const interviews = await Promise.allSettled(people.map((person) => scope.run(() => this.interview(person))))
    const answers = interviews.flatMap((each) => {
      if (each.status === 'fulfilled') return [each.value]
      if (isCancelled(each.reason) && scope.cancelled) return []
      throw each.reason
    })
    return this.evaluate(answers)
  }
}

const scene = pattern('WCP-27 Complete Multiple Instance Activity', [Survey])

scene('what has been answered by then is evaluated', async (env) => {
  const survey = await env.start(Survey, { input: ['ann', 'bob', 'cy'] })
  env.at('1d', () => survey.signal('answer', 'bob', 'yes'))
  env.at('5d', () => survey.signal('close'))
  expect(await survey.result()).toBe('bob says yes')
  await expect(survey).toHaveRunSteps(['ask', 'ask', 'ask', 'evaluate'])
})

scene('the survey closes by itself when all have answered', async (env) => {
  const survey = await env.start(Survey, { input: ['ann', 'bob'] })
  env.at('1d', () => survey.signal('answer', 'bob', 'yes'))
  env.at('2d', () => survey.signal('answer', 'ann', 'no'))
  expect(await survey.result()).toBe('ann says no, bob says yes')
})
