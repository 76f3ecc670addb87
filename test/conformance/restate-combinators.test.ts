// Restate Combinators; scenario 52: all, any, race and allSettled over steps, timers, signals, children and tokens, live and in a replay.
import { ApplicationError, condition, executeChild, externalToken, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'leaf' })
class Leaf {
  @Run() async run(hours: number): Promise<string> {
    await sleep(hours * 3_600_000)
    return `child after ${hours}`
  }
}

@Workflow({ name: 'combining' })
class Combining {
  #said = ''

  @Signal() say(word: string): void {
    this.#said = word
  }

  @Step() async step(text: string): Promise<string> {
    if (text === 'bad') throw new ApplicationError('bad step')
    return text
  }

  @Run() async run(): Promise<readonly unknown[]> {
    const token = await externalToken<string>('t')
    await this.step(token.token)
    const things = (): Promise<string>[] => [
      this.step('good'), sleep('2h').then(() => 'timer'), condition(() => this.#said !== '').then(() => this.#said), executeChild(Leaf, { input: 3 }), token.wait(),
    ]
    const first = await Promise.race([sleep('1h').then(() => 'timer'), ...things().slice(1)])
    const all = await Promise.all(things())
    const any = await Promise.any([this.step('bad'), sleep('1h').then(() => 'in the end')])
    const settled = await Promise.allSettled([this.step('bad'), this.step('good'), executeChild(Leaf, { input: 1 })])
    await sleep('1d')
    return [first, all, any, settled.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as Error).message.includes('bad step')))]
  }
}

test.each([false, true])('with a replay every turn: %s', async (replayEveryTurn) => {
  await using env = new TestEnvironment({ workflows: [Combining, Leaf], replayEveryTurn })
  const handle = await env.start(Combining, { input: undefined })
  env.at('5h', () => handle.signal('say', 'signal'))
  env.at('6h', () => env.complete(env.calls(Combining, 'step')[0]?.args[0] ?? '', 'token'))
  expect(await handle.result()).toEqual([
    'timer', ['good', 'timer', 'signal', 'child after 3', 'token'], 'in the end', [true, 'good', 'child after 1'],
  ])
})
