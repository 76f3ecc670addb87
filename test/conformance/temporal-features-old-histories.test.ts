// Temporal features history/; scenario 12: histories kept from each release replay on the SDK of today.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ExportedHistory, replay } from '@baton/testing'
import { expect, test } from 'vitest'
import { defineWorkflow } from '../../packages/sdk/src/definition/define-workflow.ts'
import { recordedWorkflows } from './support/recorded-workflows.ts'

const folder = join(import.meta.dirname, 'histories')
const files = globSync('*/*.json', { cwd: folder }).sort()

test.each(files)('%s', async (file) => {
  const history = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ExportedHistory
  const workflow = recordedWorkflows.find((each) => defineWorkflow(each).name === history.workflow)
  if (!workflow) throw new Error(`Nobody serves '${history.workflow}' any more.`)
  expect(await replay(history, workflow)).toMatchObject({ ended: true })
})

test('the histories have an event of each kind that one execution alone can show', () => {
  const types = new Set(files.flatMap((file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as ExportedHistory).events.map(({ type }) => type)))
  expect([...types]).toEqual(expect.arrayContaining([
    'ExecutionStarted', 'StepCompleted', 'StepRetrying', 'StepFailed', 'TimerStarted', 'TimerFired', 'SignalReceived', 'UpdateAccepted', 'UpdateCompleted',
    'ChildStarted', 'ChildCompleted', 'ChildFailed', 'TokenIssued', 'TokenCompleted', 'IterationCompleted', 'Patched', 'StopRequested', 'ContinuedAsNew',
    'ExecutionCompleted', 'ExecutionFailed', 'ExecutionStopped',
  ]))
})
