// Restate RunRetry; scenario 53: the count of attempts goes on over the death of a worker, and an attempt that died with it is not counted.
import { expect, test } from 'vitest'
import { Stubborn, workflows } from './served/stubborn.ts'
import { Stage } from './support/stage.ts'

test.each([
  ['append:after@2', ['1', '2', '3', '4']], // two failures were written
  ['append:before@2', ['1', '2', '2', '3', '4']], // the second was not
] as const)('killed at %s', async (dieAt, attempts) => {
  await using stage = await Stage.open()
  const handle = await stage.baton.start(Stubborn, { id: 's', input: undefined })
  await (await stage.process('stubborn', { dieAt })).exited
  await stage.worker(workflows)
  expect(await handle.result()).toBe('4: failure 4')
  expect(stage.ran()).toEqual(attempts.map((attempt) => `attempt attempt ${attempt}`))
  expect((await handle.history()).flatMap(({ data, type }) => (type === 'StepRetrying' ? [data['attempt']] : []))).toEqual([1, 2, 3])
})
