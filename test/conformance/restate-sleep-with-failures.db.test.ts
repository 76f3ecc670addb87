// Restate SleepWithFailures; scenario 54: twenty sleeping executions, and workers that die again and again; each timer fires once and never early.
import { expect, test } from 'vitest'
import { Napping, workflows } from './served/napping.ts'
import { Stage } from './support/stage.ts'

test('each sleep ends once, not before its time', async () => {
  await using stage = await Stage.open()
  const handles = await Promise.all(Array.from({ length: 20 }, (_, i) => stage.baton.start(Napping, { id: `n-${i}`, input: { naps: 5, ms: 60 + i * 3 } })))
  for (const dieAt of ['append:after@4', 'append:before@6']) await (await stage.process('napping', { dieAt, options: { parkAfter: 40 } })).exited
  await stage.worker(workflows, { parkAfter: 40 })
  expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual(handles.map(() => 15))
  for (const handle of handles) {
    const history = await handle.history()
    const due = new Map(history.flatMap(({ type, command, data }) => (type === 'TimerStarted' ? [[command, (data['dueAt'] as Date).getTime()]] : [])))
    const fired = history.filter(({ type }) => type === 'TimerFired')
    expect(fired.map(({ command }) => command)).toEqual(['sleep', 'sleep#2', 'sleep#3', 'sleep#4', 'sleep#5'])
    for (const { at, command } of fired) expect(at.getTime()).toBeGreaterThanOrEqual(due.get(command) ?? Number.POSITIVE_INFINITY)
  }
})
