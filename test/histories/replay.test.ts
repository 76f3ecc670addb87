// Histories of past releases replay with the runtime as it is, for ever (G7). A release's folder is recorded once by
// scripts/record-histories.ts.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { replay } from '@baton/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { recordedWorkflows } from './workflows.ts'
import { defineWorkflow } from '@baton/sdk/host'

const here = import.meta.dirname
const files = globSync('*/*.json', { cwd: here }).sort()
const classes = new Map(recordedWorkflows.map((type) => [defineWorkflow(type).name, type]))
const Recorded = z.object({ workflow: z.string() })

test('there are histories of each workflow', () => {
  const seen = new Set(files.map((file) => Recorded.parse(JSON.parse(readFileSync(join(here, file), 'utf8'))).workflow))
  expect([...classes.keys()].filter((name) => !seen.has(name) && name !== 'recorded-child')).toEqual([])
})

test.each(files)('%s replays', async (file) => {
  const text = readFileSync(join(here, file), 'utf8')
  const type = classes.get(Recorded.parse(JSON.parse(text)).workflow)
  if (!type) throw new Error(`Workflow of ${file} is gone.`)
  const { ended } = await replay(text, type)
  expect(ended).toBe(!basename(file, '.json').endsWith('-open'))
})
