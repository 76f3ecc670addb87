import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'
import { Course } from './wcp-18-milestone.ts'

const scene = pattern('WCP-18 Milestone', [Course])

const DAY = 24 * 3_600_000

scene('students enrol while the course is open, not before and not after', async (env) => {
  const course = await env.start(Course, { input: { openAfterMs: DAY, openForMs: 2 * DAY } })
  const answers: unknown[] = []
  for (const [at, student] of [['12h', 'ann'], ['30h', 'bob'], ['50h', 'cy'], ['80h', 'dan']] as const) {
    env.at(at, () => course.update('enrol', student).then((count) => answers.push(count), ({ code }: { code: string }) => answers.push(code)))
  }
  expect(await course.result()).toEqual(['bob', 'cy'])
  expect(answers).toEqual(['UpdateRejected', 1, 2, 'UpdateRejected'])
})
