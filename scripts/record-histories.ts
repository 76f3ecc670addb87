// Writes test/histories/<release>/*.json: what this release's executions look like, for later releases to replay. A folder that is there is
// never written again (until a release is out its folder may be removed and recorded anew):
// `node --import tsx --conditions=@baton/source scripts/record-histories.ts`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '@baton/embedded'
import { Baton, type Handle, migrate, Worker } from '@baton/runtime'
import { exportHistory } from '@baton/testing'
import { Approved, mailed, ManyItems, Messages, Parent, Patches, recordedWorkflows, Rounds, Steps, Trip } from '../test/histories/workflows.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'packages/runtime/package.json'), 'utf8')) as { version: string }
const folder = join(root, 'test/histories', version)
if (existsSync(folder)) throw new Error(`${folder} is there; histories of a release are recorded once.`)

const dataDir = mkdtempSync(join(tmpdir(), 'baton-histories-'))
const server = await startPostgres({ dataDir })
try {
  await migrate(server.url)
  const histories = await record(server.url)
  mkdirSync(folder, { recursive: true })
  for (const [name, history] of histories) writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(history, null, 1).replaceAll(root, '/baton/')}\n`)
  process.stdout.write(`${histories.size} histories in ${folder}\n`)
} finally {
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
}

async function record(url: string): Promise<ReadonlyMap<string, unknown>> {
  await using baton = await Baton.connect(url)
  await using _worker = await Worker.start({ url, workflows: recordedWorkflows, log: () => {} })
  const handles: Pick<Handle<unknown>, 'id' | 'result'>[] = []
  for (const n of [1, 2, 3]) handles.push(await baton.start(Steps, { id: `steps-${n}`, input: n }))
  const messages = await baton.start(Messages, { id: 'messages', input: 2 })
  await messages.signal('add', 'a')
  await messages.update('count')
  await messages.signal('add', 'b')
  handles.push(messages, await baton.start(Parent, { id: 'parent', input: undefined }), await baton.start(ManyItems, { id: 'items', input: undefined }))
  handles.push(await baton.start(Trip, { id: 'trip-fails', input: { to: 'Rome', fails: true } }))
  const stopped = await baton.start(Trip, { id: 'trip-stopped', input: { to: 'Oslo', fails: false } })
  await until(stopped, 'TimerStarted')
  const open = await baton.start(Trip, { id: 'trip-open', input: { to: 'Bonn', fails: false } })
  await until(open, 'TimerStarted')
  await stopped.stop()
  handles.push(stopped, await baton.start(Rounds, { id: 'rounds', input: 0 }), await baton.start(Patches, { id: 'patches', input: undefined }))
  const approved = await baton.start(Approved, { id: 'token', input: undefined })
  await until(approved, 'StepCompleted')
  for (const token of mailed) await baton.complete(token, 'yes')
  handles.push(approved)
  await Promise.allSettled(handles.map((handle) => handle.result()))
  return new Map(await Promise.all([...handles, open].map(async ({ id }) => [id, await exportHistory(baton.handle(id))] as const)))
}

async function until(handle: Pick<Handle<unknown>, 'history'>, type: string): Promise<void> {
  while (!(await handle.history()).some((event) => event.type === type)) await new Promise((resolve) => setTimeout(resolve, 10))
}
