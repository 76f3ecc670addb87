// DBOS patching, Temporal patch; scenario 11: a patch separates old executions from new ones, and a marker that goes too early is caught.
import { HistoryMismatch } from '@baton/runtime'
import { deprecatePatch, patched, Query, Run, sleep, Step, Workflow } from '@baton/sdk'
import { exportHistory, type ExportedHistory, replay, TestEnvironment } from '@baton/testing'
import { expect, test } from 'vitest'

class Steps {
  @Step() async old(): Promise<string> {
    return 'old'
  }

  @Step() async fresh(): Promise<string> {
    return 'fresh'
  }

  @Step() async end(): Promise<string> {
    return 'end'
  }
}

@Workflow({ name: 'changing' })
class Before extends Steps {
  @Run() async run(): Promise<string> {
    const way = await this.old()
    await sleep('1d')
    return `${way} ${await this.end()}`
  }
}

@Workflow({ name: 'changing' })
class Patched extends Steps {
  @Run() async run(): Promise<string> {
    const way = patched('fresher') ? await this.fresh() : await this.old()
    await sleep('1d')
    return `${way} ${await this.end()}`
  }
}

/** The patch stands after what old executions have passed. */
@Workflow({ name: 'changing' })
class PatchedLate extends Steps {
  @Run() async run(): Promise<string> {
    const way = await this.old()
    await sleep('1d')
    return patched('later') ? `${way} ${await this.fresh()}` : `${way} ${await this.end()}`
  }
}

@Workflow({ name: 'changing' })
class Deprecated extends Steps {
  @Run() async run(): Promise<string> {
    deprecatePatch('fresher')
    const way = await this.fresh()
    await sleep('1d')
    return `${way} ${await this.end()}`
  }
}

@Workflow({ name: 'changing' })
class Without extends Steps {
  @Run() async run(): Promise<string> {
    const way = await this.fresh()
    await sleep('1d')
    return `${way} ${await this.end()}`
  }
}

async function inFlight(workflow: typeof Before): Promise<ExportedHistory> {
  await using env = new TestEnvironment({ workflows: [workflow], time: 'manual' })
  const handle = await env.start(workflow, { id: 'c', input: undefined })
  await env.settle()
  return exportHistory(handle)
}

test('old executions keep to the old branch, new ones take the new, and both go on to the same end', async () => {
  const old = await inFlight(Before)
  expect(old.events.map(({ type }) => type)).toEqual(['ExecutionStarted', 'StepCompleted', 'TimerStarted'])
  expect(await replay(old, Patched)).toEqual({ ended: false, open: ['sleep'] })
  const young = await inFlight(Patched)
  expect(young.events.map(({ type }) => type)).toEqual(['ExecutionStarted', 'Patched', 'StepCompleted', 'TimerStarted'])
  expect(await replay(young, Patched)).toEqual({ ended: false, open: ['sleep'] })
})

test('an old execution that has not passed the patch yet takes the new branch, and is marked by it', async () => {
  await using env = new TestEnvironment({ workflows: [PatchedLate], replayEveryTurn: true })
  const handle = await env.start(PatchedLate, { input: undefined })
  expect(await handle.result()).toBe('old fresh')
  expect((await handle.history()).map(({ type }) => type)).toContain('Patched')
  expect(await replay(await inFlight(Before), PatchedLate)).toEqual({ ended: false, open: ['sleep'] })
})

test('a deprecated patch accepts histories with the mark and makes no new ones', async () => {
  expect(await replay(await inFlight(Patched), Deprecated)).toEqual({ ended: false, open: ['sleep'] })
  expect((await inFlight(Deprecated)).events.map(({ type }) => type)).not.toContain('Patched')
})

test('removing the mark, or the old branch, too early is a mismatch', async () => {
  await expect(replay(await inFlight(Patched), Without)).rejects.toThrow(HistoryMismatch)
  await expect(replay(await inFlight(Patched), Before)).rejects.toThrow(HistoryMismatch)
  await expect(replay(await inFlight(Before), Deprecated)).rejects.toThrow(HistoryMismatch)
})

/** Asked on the way to the end, in the turn that ends the execution. */
@Workflow({ name: 'changing' })
class PatchedLast extends Steps {
  way = 'none'

  @Query() taken(): string {
    return this.way
  }

  @Run() async run(): Promise<string> {
    await this.old()
    this.way = patched('last') ? 'new' : await this.fresh()
    return this.way
  }
}

test('a patch that is asked for in the last turn is marked too, so that ended executions replay as they ran', async () => {
  await using env = new TestEnvironment({ workflows: [PatchedLast] })
  const handle = await env.start(PatchedLast, { input: undefined })
  expect(await handle.result()).toBe('new')
  expect(await replay(await exportHistory(handle), PatchedLast)).toEqual({ ended: true, open: [] })
  expect(await handle.query('taken')).toBe('new')
})
