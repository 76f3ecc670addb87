import fc from 'fast-check'
import { randomPlan } from './node.ts'
import type { Case } from './run.ts'

/** A program and the choices of its world. */
export const randomCase: fc.Arbitrary<Case> = fc.record({
  plan: randomPlan,
  choices: fc.array(fc.nat(999), { minLength: 1, maxLength: 80 }),
})
