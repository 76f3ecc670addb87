// Restate PauseResumeChangingDeployment; scenario 13: code that does not fit blocks an execution, which goes on without loss on code that does.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { mark } from '../support/marks.ts'
import { Stage } from './support/stage.ts'

class Steps {
  readonly words: string[] = []

  @Signal() say(word: string): void {
    this.words.push(word)
  }

  @Step() async begin(): Promise<string> {
    mark()
    return 'begun'
  }

  @Step() async check(): Promise<string> {
    mark()
    return 'checked'
  }

  @Step() async end(words: readonly string[]): Promise<string> {
    mark()
    return words.join('+')
  }
}

@Workflow({ name: 'deployed' })
class First extends Steps {
  @Run() async run(): Promise<string> {
    await this.begin()
    await condition(() => this.words.length >= 2)
    return this.end(this.words)
  }
}

@Workflow({ name: 'deployed' })
class Wrong extends Steps {
  @Run() async run(): Promise<string> {
    await this.check()
    await this.begin()
    await condition(() => this.words.length >= 2)
    return this.end(this.words)
  }
}

@Workflow({ name: 'deployed' })
class Mended extends Steps {
  @Run() async run(): Promise<string> {
    await this.begin()
    await condition(() => this.words.length >= 2)
    await this.check()
    return this.end(this.words)
  }
}

test('signals sent before and while it was blocked are there when it goes on', async () => {
  await using stage = await Stage.open()
  const first = await stage.worker([First])
  const handle = await stage.baton.start(First, { id: 'd', input: undefined })
  await handle.signal('say', 'before')
  await expect.poll(async () => (await handle.history()).length, { interval: 5 }).toBe(3)
  await first.stop()

  const wrong = await stage.worker([Wrong])
  await expect.poll(() => handle.describe(), { interval: 5 }).toMatchObject({ status: 'blocked', blocked: { code: 'HistoryMismatch' } })
  await handle.signal('say', 'meanwhile')
  expect(await handle.describe()).toMatchObject({ status: 'blocked' })
  await wrong.stop()

  await stage.worker([Mended])
  expect(await handle.result()).toBe('before+meanwhile')
  expect(stage.ran()).toEqual(['begin', 'check', 'end'])
})
