// Restate NonDeterminismErrors; scenario 9: each kind of illegal edit is found when a history is replayed.
import { HistoryMismatch } from '@baton/runtime'
import { condition, Run, sleep, Step, Workflow } from '@baton/sdk'
import { exportHistory, replay, TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

class Steps {
  @Step() async reserve(): Promise<number> {
    return 120
  }

  @Step() async charge(): Promise<string> {
    return 'charged'
  }

  @Step() async ship(): Promise<string> {
    return 'shipped'
  }

  @Step() async audit(): Promise<string> {
    return 'audited'
  }
}

@Workflow({ name: 'edited' })
class Original extends Steps {
  @Run() async run(): Promise<string> {
    if ((await this.reserve()) > 100) await this.charge()
    await sleep('1h')
    return this.ship()
  }
}

@Workflow({ name: 'edited' })
class Reordered extends Steps {
  @Run() async run(): Promise<string> {
    await this.charge()
    if ((await this.reserve()) > 100) await sleep('1h')
    return this.ship()
  }
}

@Workflow({ name: 'edited' })
class Renamed extends Steps {
  @Step() async pay(): Promise<string> {
    return 'paid'
  }

  @Run() async run(): Promise<string> {
    if ((await this.reserve()) > 100) await this.pay()
    await sleep('1h')
    return this.ship()
  }
}

@Workflow({ name: 'edited' })
class Inserted extends Steps {
  @Run() async run(): Promise<string> {
    await this.reserve()
    await this.audit()
    await this.charge()
    await sleep('1h')
    return this.ship()
  }
}

@Workflow({ name: 'edited' })
class Deleted extends Steps {
  @Run() async run(): Promise<string> {
    await this.reserve()
    await sleep('1h')
    return this.ship()
  }
}

@Workflow({ name: 'edited' })
class OtherCondition extends Steps {
  @Run() async run(): Promise<string> {
    if ((await this.reserve()) > 1_000) await this.charge()
    await sleep('1h')
    return this.ship()
  }
}

@Workflow({ name: 'edited' })
class OtherKind extends Steps {
  @Run() async run(): Promise<string> {
    await this.reserve()
    await this.charge()
    await condition(() => false, '1h')
    return this.ship()
  }
}

@Workflow({ name: 'edited' })
class EndsEarly extends Steps {
  @Run() async run(): Promise<string> {
    await this.reserve()
    return this.charge()
  }
}

test.each([
  ['reordered', Reordered, 2, "StepCompleted of 'reserve'", ['charge']],
  ['renamed', Renamed, 3, "StepCompleted of 'charge'", ['pay']],
  ['inserted', Inserted, 3, "StepCompleted of 'charge'", ['audit']],
  ['deleted', Deleted, 3, "StepCompleted of 'charge'", ['sleep']],
  ['another condition', OtherCondition, 3, "StepCompleted of 'charge'", ['sleep']],
  ['another kind of wait', OtherKind, 4, "TimerStarted of 'sleep'", ['condition']],
  ['ends before the history does', EndsEarly, 4, "TimerStarted of 'sleep'", ['nothing: it has ended']],
] as const)('%s', async (_, edited, seq, expected, actual) => {
  await using env = new TestEnvironment({ workflows: [Original] })
  const handle = await env.start(Original, { id: 'edited', input: undefined })
  expect(await handle.result()).toBe('shipped')
  const history = await exportHistory(handle)
  await replay(history, Original)
  const error = await replay(history, edited).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(HistoryMismatch)
  expect((error as HistoryMismatch).detail).toMatchObject({ seq, expected, actual, change: expect.any(String) as unknown })
})
