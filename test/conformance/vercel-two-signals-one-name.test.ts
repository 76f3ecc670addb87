// Vercel issue 4264; scenario 19: two waits race for signals of one name, and the payload the race did not take stays for the next.
import { condition, Run, Signal, sleep, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'

@Workflow({ name: 'queue-of-one-name' })
class Queue {
  readonly #words: string[] = []

  @Signal() say(word: string): void {
    this.#words.push(word)
  }

  async #next(): Promise<string> {
    await condition(() => this.#words.length > 0)
    return this.#words.shift() ?? 'nothing'
  }

  @Run() async run(): Promise<readonly string[]> {
    const either = [this.#next(), this.#next()]
    const first = await Promise.race(either)
    await sleep('1m')
    const both = await Promise.all(either)
    return [first, ...both, await this.#next()]
  }
}

describe.each([false, true])('with a replay every turn: %s', (replayEveryTurn) => {
  test('sent together', async () => {
    await using env = new TestEnvironment({ workflows: [Queue], replayEveryTurn })
    const handle = await env.start(Queue, { input: undefined })
    for (const word of ['one', 'two', 'three']) await handle.signal('say', word)
    expect(await handle.result()).toEqual(['one', 'one', 'two', 'three'])
  })

  test('sent one after the other, the loser’s while nobody awaits it', async () => {
    await using env = new TestEnvironment({ workflows: [Queue], replayEveryTurn })
    const handle = await env.start(Queue, { input: undefined })
    env.at('1s', () => handle.signal('say', 'one'))
    env.at('30s', () => handle.signal('say', 'two'))
    env.at('2h', () => handle.signal('say', 'three'))
    expect(await handle.result()).toEqual(['one', 'one', 'two', 'three'])
  })
})
