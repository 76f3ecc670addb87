// OpenWorkflow worker/chaos; scenario 56: three worker processes that are killed, frozen and replaced at random, and every execution ends right.
import { expect, test } from 'vitest'
import { Napping } from './served/napping.ts'
import { Stage } from './support/stage.ts'

test('sixty executions survive five deaths', { timeout: 90_000 }, async () => {
  await using stage = await Stage.open()
  const options = { options: { parkAfter: 200 } }
  const workers = await Promise.all(['one', 'two'].map((name) => stage.process('napping', { ...options, name })))
  const handles = await Promise.all(Array.from({ length: 60 }, (_, i) => stage.baton.start(Napping, { id: `n-${i}`, input: { naps: 12, ms: 20 + (i % 7) * 30 } })))
  const results = Promise.all(handles.map((handle) => handle.result()))
  for (let death = 0; death < 5; death++) {
    const wanted = Math.min(stage.marks().length + 20, 60 * 12)
    await expect.poll(() => stage.marks().length, { interval: 5, timeout: 20_000 }).toBeGreaterThanOrEqual(wanted)
    const victim = workers.splice(Math.floor(Math.random() * workers.length), 1)[0]
    victim?.kill('SIGKILL')
    workers.push(await stage.process('napping', { ...options, name: `after-${death}` }))
  }
  expect(await results).toEqual(handles.map(() => 78))
  const marks = new Map<string, number>()
  for (const { key } of stage.marks()) marks.set(key, (marks.get(key) ?? 0) + 1)
  expect(marks.size).toBe(60 * 12)
  for (const handle of handles) {
    const steps = (await handle.history()).filter(({ type }) => type === 'StepCompleted')
    expect(new Set(steps.map(({ command }) => command)).size).toBe(12)
    expect(steps).toHaveLength(12)
  }
})
