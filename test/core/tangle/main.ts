// Tries thousands of programs: `npm run properties -- --runs 10000 --seed 1 --law crash`. Prints the seed and the smallest failure.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { laws } from './laws.ts'
import { randomCase } from './random-case.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string' }, law: { type: 'string', default: '' }, path: { type: 'string' } },
})
const numRuns = Number(values.runs)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
console.log(`${numRuns} programs a law, seed ${seed}`)
let failed = 0
for (const [name, law] of Object.entries(laws)) {
  if (!name.includes(values.law)) continue
  const begun = performance.now()
  let tried = 0
  const property = fc.asyncProperty(randomCase, async (given) => {
    await law(given)
    if (++tried % 1_000 === 0) console.log(`  ${tried}, ${Math.round((performance.now() - begun) / 1_000)} s`)
  })
  const details = await fc.check(property, { numRuns, seed, ...(values.path === undefined ? {} : { path: values.path }) })
  if (details.failed) {
    failed++
    console.error(`FAILED: ${name}\n${fc.defaultReportMessage(details) ?? ''}`)
    if (details.errorInstance instanceof Error) console.error(details.errorInstance.message)
  } else {
    console.log(`holds: ${name}; ${details.numRuns} programs, ${Math.round((performance.now() - begun) / 1_000)} s`)
  }
}
process.exitCode = failed === 0 ? 0 : 1
