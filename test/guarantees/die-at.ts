// Executions on a worker process that kills itself at a point, and then on one that survives.
import type { Baton } from '@baton/runtime'
import { expect } from 'vitest'
import { marksFile, type Mark } from '../support/marks.ts'
import { talkingWorkflows } from '../support/talking-workflows.ts'
import { testWorker } from '../support/worker.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

/** Executions whose results are awaited together, and what is done to them meanwhile. */
export interface Batch {
  readonly ids: readonly string[]
  /** Resolves when all have ended. */
  readonly ended: Promise<unknown>
}

export interface Survived {
  /** Whether the victim came to its point. */
  readonly died: boolean
  /** Runs of step bodies, on the victim and after it. */
  readonly marks: readonly Mark[]
  /** Of each execution, the commands that were recorded when the victim was dead. */
  readonly recorded: ReadonlySet<string>
}

/** Starts a batch on a victim; when it is dead another worker ends the batch. */
export async function dieAt(url: string, baton: Baton, point: string, begin: (marks: () => readonly Mark[]) => Promise<Batch>, options: object = {}): Promise<Survived> {
  using file = marksFile()
  const recorded = new Set<string>()
  await using victim = await startWorkerProcess({ url, dieAt: point, options })
  const { ids, ended } = await begin(() => file.read())
  const died = await Promise.race([victim.exited.then(() => true), ended.then(() => false)])
  if (died) {
    for (const id of ids) {
      for (const { type, command } of await baton.handle(id).history()) if (type === 'StepCompleted' || type === 'IterationCompleted') recorded.add(`${id}/${command}`)
    }
    await using _survivor = await testWorker(url, { workflows: talkingWorkflows, ...options })
    await ended
  }
  for (const id of ids) await expectSound(baton, id)
  return { died, marks: file.read(), recorded }
}

/** Steps of the survivor that the log had the outcome of, or whose iteration had ended. */
export function ranAgain({ marks, recorded }: Survived): readonly string[] {
  return marks.filter(({ pid }) => pid === process.pid).map(({ key }) => key.split(' ')[0] ?? '').filter((key) => (
    recorded.has(key) || [...recorded].some((each) => key.startsWith(`${each}/`) && each.endsWith(']'))
  ))
}

/** Its log has no hole, no outcome twice, and no timer that rang early (G2, G5). */
async function expectSound(baton: Baton, id: string): Promise<void> {
  const history = await baton.handle(id).history()
  expect(history.map(({ seq }) => seq), id).toEqual(history.map((_, i) => i + 1))
  const outcomes = history.filter(({ type }) => /^(Step|Child|Token|Iteration)(Completed|Failed)$|^TimerFired$|^ChildStarted$/.test(type)).map(({ type, command }) => `${type} ${command}`)
  expect(new Set(outcomes).size, `${id}: ${outcomes.join()}`).toBe(outcomes.length)
  for (const fired of history.filter(({ type }) => type === 'TimerFired')) {
    const due = history.find(({ type, command }) => type === 'TimerStarted' && command === fired.command)
    expect(fired.at.getTime(), `${id}: ${fired.command}`).toBeGreaterThanOrEqual(Math.floor(new Date(String(due?.data['dueAt'])).getTime()))
  }
}
