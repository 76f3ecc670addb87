// Restate UserErrors; scenario 55: what the author throws, from run, a signal, an update, a condition or a child, ends what it belongs to and nothing else.
import { ApplicationError, ChildFailed, condition, executeChild, Run, Signal, sleep, Step, Update, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'

@Workflow({ name: 'throwing' })
class Throwing {
  #calm = true

  @Signal() spoil(): void {
    throw new ApplicationError('spoiled')
  }

  @Update() async ask(): Promise<string> {
    throw new ApplicationError('no answer')
  }

  @Signal() end(): void {
    this.#calm = false
  }

  @Step() async undo(): Promise<void> {}

  @Run() async run(how: 'throws' | 'waits' | 'asks'): Promise<string> {
    if (how === 'throws') throw new RangeError('out of range')
    try {
      await condition(() => {
        if (how === 'asks' && !this.#calm) throw new ApplicationError('cannot tell')
        return !this.#calm
      })
      return 'calm to the end'
    } catch (error) {
      await this.undo().catch(() => {})
      throw error
    }
  }
}

@Workflow({ name: 'guardian' })
class Guardian {
  @Run() async run(): Promise<string> {
    const children = await Promise.allSettled([executeChild(Throwing, { input: 'throws' }), sleep('1h')])
    const [child] = children
    return child.status === 'rejected' && child.reason instanceof ChildFailed ? String((child.reason.cause as Error).message) : 'fine'
  }
}

describe.each([false, true])('with a replay every turn: %s', (replayEveryTurn) => {
  const environment = (): TestEnvironment => new TestEnvironment({ workflows: [Throwing, Guardian], replayEveryTurn })

  test('from run: the execution fails at once, without another attempt', async () => {
    await using env = environment()
    await expect(env.execute(Throwing, { input: 'throws' })).rejects.toMatchObject({ code: 'ExecutionFailed', cause: { name: 'RangeError', message: 'out of range' } })
  })

  test('from a signal: the execution fails with it, after its cleanup', async () => {
    await using env = environment()
    const handle = await env.start(Throwing, { input: 'waits' })
    await handle.signal('spoil')
    await expect(handle.result()).rejects.toMatchObject({ cause: { message: 'spoiled' } })
  })

  test('from an update: the sender is told, and the execution goes on', async () => {
    await using env = environment()
    const handle = await env.start(Throwing, { input: 'waits' })
    await expect(handle.update('ask')).rejects.toMatchObject({ code: 'UpdateFailed', cause: { message: 'no answer' } })
    await handle.signal('end')
    expect(await handle.result()).toBe('calm to the end')
  })

  test('from a condition: who waits for it gets it', async () => {
    await using env = environment()
    const handle = await env.start(Throwing, { input: 'asks' })
    await handle.signal('end')
    await expect(handle.result()).rejects.toMatchObject({ cause: { message: 'cannot tell' } })
  })

  test('from a child: the parent may catch it', async () => {
    await using env = environment()
    expect(await env.execute(Guardian, { input: undefined })).toContain('out of range')
  })
})
