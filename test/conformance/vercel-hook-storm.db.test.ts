// Vercel hook-storm, wake-loop; scenario 51: a storm of signals from two senders, during parking and a takeover, each once and in the order of its sender.
import { condition, Run, Signal, Workflow } from '@baton/sdk'
import { Baton } from '@baton/runtime'
import { expect, test } from 'vitest'
import { Stage } from './support/stage.ts'

@Workflow({ name: 'listener' })
class Listener {
  readonly #heard: string[] = []

  @Signal() hear(word: string): void {
    this.#heard.push(word)
  }

  @Run() async run(want: number): Promise<readonly string[]> {
    await condition(() => this.#heard.length >= want)
    return this.#heard
  }
}

const N = 100

test('two hundred signals', async () => {
  await using stage = await Stage.open()
  const clients = { a: stage.baton, b: stage.use(await Baton.connect(stage.url)) }
  const first = await stage.worker([Listener], { parkAfter: 5 })
  const handle = await stage.baton.start(Listener, { id: 'l', input: 2 * N })
  const send = async (who: 'a' | 'b'): Promise<void> => {
    for (let n = 0; n < N; n++) {
      await clients[who].handle(Listener, 'l').signal('hear', `${who}${n}`)
      if (who === 'a' && n === N / 2) await Promise.all([first.stop(), stage.worker([Listener], { parkAfter: 5 })])
    }
  }
  await Promise.all([send('a'), send('b')])
  const heard = await handle.result()
  for (const who of ['a', 'b']) expect(heard.filter((word) => word.startsWith(who))).toEqual(Array.from({ length: N }, (_, n) => `${who}${n}`))
  expect((await handle.history()).filter(({ type }) => type === 'SignalReceived')).toHaveLength(2 * N)
})
