// Temporal replay, DBOS patching; scenario 10: each legal edit replays clean.
import { condition, log, Query, Run, Signal, sleep, Step, Workflow } from '@baton/sdk'
import { exportHistory, replay, TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

@Workflow({ name: 'parcel' })
class Original {
  left = false

  @Signal() leave(): void {
    this.left = true
  }

  @Step() async pack(item: string): Promise<string> {
    return `packed ${item}`
  }

  @Step({ retry: { maxAttempts: 2 } }) async send(parcel: string): Promise<string> {
    return `sent ${parcel}`
  }

  @Run() async run(item: string): Promise<string> {
    const parcel = await this.pack(item)
    await condition(() => this.left)
    await sleep('1h')
    return this.send(parcel)
  }
}

/** A step does something else, retries otherwise, and has a timeout. */
@Workflow({ name: 'parcel' })
class OtherBodies extends Original {
  @Step({ timeout: '1m' }) override async pack(item: string): Promise<string> {
    return `wrapped ${item}`
  }

  @Step({ retry: { maxAttempts: 9, delay: '5m' } }) override async send(parcel: string): Promise<string> {
    return `flew ${parcel}`
  }
}

/** Names, helpers, log lines and a query come and go. */
@Workflow({ name: 'parcel' })
class OtherLooks extends Original {
  @Query() isLeft(): boolean {
    return this.left
  }

  async #packed(what: string): Promise<string> {
    log.info('packing', { what })
    return this.pack(what)
  }

  @Run() override async run(what: string): Promise<string> {
    const box = await this.#packed(what)
    await condition(() => this.left)
    for (const pause of ['1h'] as const) await sleep(pause)
    const receipt = await this.send(box)
    log.info('sent')
    return receipt
  }
}

/** A sleep of another length: the recorded one counts. */
@Workflow({ name: 'parcel' })
class OtherTimes extends Original {
  @Run() override async run(item: string): Promise<string> {
    const parcel = await this.pack(item)
    await condition(() => this.left)
    await sleep('3d')
    return this.send(parcel)
  }
}

async function historyOf(): Promise<Awaited<ReturnType<typeof exportHistory>>> {
  await using env = new TestEnvironment({ workflows: [Original] })
  const handle = await env.start(Original, { id: 'p', input: 'pen' })
  env.at('2h', () => handle.signal('leave'))
  expect(await handle.result()).toBe('sent packed pen')
  return exportHistory(handle)
}

test.each([['the original', Original], ['bodies and policies', OtherBodies], ['names and log lines', OtherLooks], ['durations', OtherTimes]] as const)(
  '%s', async (_, edited) => {
    const history = await historyOf()
    for (let length = 1; length < history.events.length; length++) {
      const open = await replay({ ...history, events: history.events.slice(0, length) }, Original)
      expect(await replay({ ...history, events: history.events.slice(0, length) }, edited)).toEqual(open)
    }
    expect(await replay(history, edited)).toEqual({ ended: true, open: [] })
  },
)

test('a new step behind all that is recorded is asked for', async () => {
  @Workflow({ name: 'parcel' })
  class Longer extends Original {
    @Step() async bill(receipt: string): Promise<string> {
      return `billed ${receipt}`
    }

    @Run() override async run(item: string): Promise<string> {
      return this.bill(await super.run(item))
    }
  }
  const history = await historyOf()
  expect(await replay({ ...history, events: history.events.slice(0, -1) }, Longer)).toEqual({ ended: false, open: ['bill'] })
})
