// How late the end of a program is seen stands in histories: what its other branches do until then does too.
import { expect, it } from 'vitest'
import { Execution, type Program } from '../../packages/runtime/src/core/execution.ts'
import { drain } from './scenario.ts'

/** Sets an attribute so many microtasks after `run` has returned or thrown. */
function tardy(ticks: number, run: () => Promise<unknown>): Program {
  return (execution) => {
    const ended = run()
    void (async () => {
      await ended.catch(() => {})
      for (let tick = 2; tick < ticks; tick++) await undefined
      execution.root.setAttributes({ ticks })
    })()
    return ended
  }
}

it.each([
  ['returned', async () => 1],
  ['thrown', async () => {
    throw new Error('no')
  }],
])('what a branch does in the microtasks after run has %s stands in the log, and what it does later does not', async (_, run) => {
  const recorded = async (ticks: number): Promise<number> => {
    const execution = new Execution()
    execution.start(tardy(ticks, run), undefined)
    await drain()
    expect(execution.completion).toBeDefined()
    return execution.collect(0).events.length
  }
  expect(await Promise.all([2, 3, 4, 5, 6].map(recorded))).toEqual([1, 1, 1, 0, 0])
})
