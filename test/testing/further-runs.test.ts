// What is known outside by the identity of a command must differ from one run of an execution to the next.
import { condition, continueAsNew, executeChild, externalExecution, Run, Signal, sleep, startChild, Step, stepContext, Workflow } from '@baton/sdk'
import { TestEnvironment } from '@baton/testing'
import { describe, expect, test } from 'vitest'

const keys: string[] = []

@Workflow({ name: 'billing' })
class Billing {
  @Step() async charge(): Promise<string> {
    keys.push(stepContext().idempotencyKey)
    return 'charged'
  }

  @Run() async run({ left }: { left: number }): Promise<string> {
    const charged = await this.charge()
    await this.charge()
    if (left > 0) continueAsNew<typeof this.run>({ left: left - 1 })
    return charged
  }
}

@Workflow({ name: 'ledger' })
class Ledger {
  readonly #entries: number[] = []

  @Signal() enter(entry: number): void {
    this.#entries.push(entry)
  }

  @Run() async run(want: number): Promise<readonly number[]> {
    await condition(() => this.#entries.length >= want)
    return this.#entries
  }
}

@Workflow({ name: 'reporter' })
class Reporter {
  @Run() async run({ entry, last }: { entry: number; last: number }): Promise<void> {
    await externalExecution('ledger').signal('enter', entry)
    if (entry < last) continueAsNew<typeof this.run>({ entry: entry + 1, last })
  }
}

@Workflow({ name: 'errand' })
class Errand {
  @Run() async run(days: number): Promise<string> {
    await sleep(`${days}d`)
    return `took ${days} days`
  }
}

@Workflow({ name: 'errands' })
class Errands {
  @Run() async run({ days }: { days: number }): Promise<string> {
    if (days > 2) return executeChild(Errand, { input: days })
    await startChild(Errand, { input: days, parentClosePolicy: 'abandon' })
    return continueAsNew<typeof this.run>({ days: days + 1 })
  }
}

describe.each([false, true])('with a replay every turn: %s', (replayEveryTurn) => {
  const environment = (): TestEnvironment => new TestEnvironment({ workflows: [Billing, Ledger, Reporter, Errand, Errands], replayEveryTurn })

  test('idempotency keys of one run are not those of the next', async () => {
    keys.length = 0
    await using env = environment()
    expect(await env.execute(Billing, { id: 'b', input: { left: 2 } })).toBe('charged')
    expect(keys).toEqual(['b/charge', 'b/charge#2', 'b/2/charge', 'b/2/charge#2', 'b/3/charge', 'b/3/charge#2'])
  })

  test('what each run signals to another execution arrives', async () => {
    await using env = environment()
    const ledger = await env.start(Ledger, { id: 'ledger', input: 3 })
    await env.execute(Reporter, { input: { entry: 1, last: 3 } })
    expect(await ledger.result()).toEqual([1, 2, 3])
  })

  test('a child that an earlier run has left does not answer for that of a later', async () => {
    await using env = environment()
    expect(await env.execute(Errands, { id: 'e', input: { days: 1 } })).toBe('took 3 days')
    expect(env.executions(Errand).map(({ id }) => id)).toEqual(['e/child:errand', 'e/2/child:errand', 'e/3/child:errand'])
    expect(await env.handle(Errands, 'e').describe()).toMatchObject({ runs: 3, parent: undefined })
    expect(await env.handle(Errand, 'e/2/child:errand').describe()).toMatchObject({ runs: 1, parent: 'e' })
  })
})
