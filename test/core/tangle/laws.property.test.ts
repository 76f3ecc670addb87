// The guarantees of the core over random programs in a random world (G2, G5, G7). A failure prints its seed and the smallest program;
// `npm run properties` tries thousands.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { laws } from './laws.ts'
import { randomCase } from './random-case.ts'

const RUNS = Number(process.env['BATON_PROPERTY_RUNS'] ?? 300)

test.each(Object.entries(laws))('any program, whatever the world does, %s', { timeout: 120_000 }, async (_, law) => {
  const details = await fc.check(fc.asyncProperty(randomCase, law), { numRuns: RUNS })
  expect(details.failed, details.failed ? `${fc.defaultReportMessage(details) ?? ''}\n${String(details.errorInstance)}` : '').toBe(false)
})
