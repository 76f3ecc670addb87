// Temporal features history/; scenario 12: executions that were in flight at a release go on with the SDK of today, wherever they stood.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineWorkflow } from '@baton/sdk/host'
import { type ExportedHistory, replay } from '@baton/testing'
import { expect, test } from 'vitest'
import { recordedWorkflows } from '../histories/workflows.ts'

const folder = join(import.meta.dirname, '../histories')

test.each(globSync('*/*.json', { cwd: folder }).sort())('each prefix of %s replays', async (file) => {
  const history = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ExportedHistory
  const workflow = recordedWorkflows.find((each) => defineWorkflow(each).name === history.workflow)
  if (!workflow) throw new Error(`Nobody serves '${history.workflow}' any more.`)
  for (let length = 1; length <= history.events.length; length++) {
    const { ended, open } = await replay({ ...history, events: history.events.slice(0, length) }, workflow)
    expect(ended && open.length > 0, `after event ${length}`).toBe(false)
  }
})
