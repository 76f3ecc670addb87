import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { defineWorkflow } from '@baton/sdk/host'
import { Manifest, type ManifestWorkflow } from '@baton/sdk/manifest'
import { buildManifest, checkManifest, CodegenError, renderGraph, watchManifest, writeManifest, type BuildResult } from '../../packages/codegen/src/index.ts'
import { checkManifest as compareWithCode } from '../../packages/runtime/src/worker/check-manifest.ts'
import { DailyEtl } from './fixtures/etl/src/daily-etl.ts'
import { OrderWorkflow } from './fixtures/order/src/order.ts'
import { Reminder } from './fixtures/subscription/src/reminder.ts'
import { Subscription } from './fixtures/subscription/src/subscription.ts'
import { jsonSchemaText } from '../../packages/codegen/src/emit/json-schema-text.ts'
import { fixtures } from './support/compile.ts'

const project = join(fixtures, 'tsconfig.json')
const golden = join(import.meta.dirname, 'golden')
// Beside the fixtures, so that the SDK and zod resolve.
const scratch = mkdtempSync(join(fixtures, '.scratch-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const built = buildManifest({ project })
const files = ['etl/src/daily-etl.ts', 'order/src/notify.ts', 'order/src/order.ts', 'subscription/src/reminder.ts', 'subscription/src/subscription.ts']

describe('the manifest of the fixtures', () => {
  test('has no findings', () => expect(built.diagnostics).toEqual([]))
  test('is the golden one', async () => expect(built.text).toMatchFileSnapshot(join(golden, 'baton.manifest.json')))
  test('fits its own schema and ends with one newline', () => {
    expect(Manifest.parse(JSON.parse(built.text))).toEqual(built.manifest)
    expect(built.text).toMatch(/[^\n]\n$/)
  })
  for (const workflow of built.manifest.workflows) {
    test(`${workflow.name} in Mermaid`, async () => expect(renderGraph(workflow, 'mermaid')).toMatchFileSnapshot(join(golden, `${workflow.name}.mmd`)))
    test(`${workflow.name} in DOT`, async () => expect(renderGraph(workflow, 'dot')).toMatchFileSnapshot(join(golden, `${workflow.name}.dot`)))
  }
})

describe('the manifest is the same to the byte', { timeout: 60_000 }, () => {
  test('built again', () => expect(buildManifest({ project }).text).toBe(built.text))

  test('from another working directory', () => {
    const before = process.cwd
    process.cwd = () => '/'
    try {
      expect(buildManifest({ project }).text).toBe(built.text)
    } finally {
      process.cwd = before
    }
  })

  test('whatever the order of the files', () => {
    expect(buildManifest({ project, files }).text).toBe(built.text)
    expect(buildManifest({ project, files: files.toReversed() }).text).toBe(built.text)
  })

  test('with Windows line ends, in another folder', () => {
    const copy = join(scratch, 'crlf')
    for (const folder of ['etl', 'order', 'subscription']) cpSync(join(fixtures, folder), join(copy, folder), { recursive: true })
    for (const file of files) {
      const path = join(copy, file)
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll('\n', '\r\n'))
    }
    expect(buildManifest({ project, files: ['*/src/*.ts'], root: copy }).text).toBe(built.text)
  })
})

test('the runtime finds the classes as the manifest describes them', () => {
  for (const type of [OrderWorkflow, DailyEtl, Reminder, Subscription]) {
    const definition = defineWorkflow(type)
    const described = built.manifest.workflows.find(({ name }) => name === definition.name)
    expect(compareWithCode(definition, built.manifest)).toBe(described?.semanticHash)
  }
})

describe('the runtime refuses a manifest that says otherwise than the code', () => {
  const definition = defineWorkflow(Subscription)
  const refused = (change: (workflow: ManifestWorkflow) => void): string => {
    const manifest = Manifest.parse(JSON.parse(built.text))
    const workflow = manifest.workflows.find(({ name }) => name === 'subscription')
    if (!workflow) throw new Error('fixtures changed')
    change(workflow)
    try {
      return compareWithCode(definition, manifest)
    } catch (error) {
      return String(error)
    }
  }
  const cases: Record<string, [change: (workflow: ManifestWorkflow) => void, says: string]> = {
    'about its signals': [(workflow) => { workflow.signals = [] }, 'signals is [] in the manifest and ["cancel"] in the code'],
    'about its queries': [(workflow) => { workflow.queries = workflow.queries.map((query) => ({ ...query, name: 'now' })) }, 'queries is ["now"] in the manifest and ["current"] in the code'],
    'about its updates': [(workflow) => { workflow.updates = [] }, 'updates is [] in the manifest and ["setPlan"] in the code'],
    'about a validator': [(workflow) => { workflow.updates = workflow.updates.map((update) => ({ ...update, validate: null })) }, 'setPlan.validate is null in the manifest and "checkPlan" in the code'],
    'about its timeout': [(workflow) => { workflow.timeoutMs = null }, 'timeout is null in the manifest and 63072000000 in the code'],
    'about the timeout of a run': [(workflow) => { workflow.runTimeoutMs = 1 }, 'runTimeout is 1 in the manifest and 2678400000 in the code'],
  }
  test.each(Object.entries(cases))('%s', (_, [change, says]) => expect(refused(change)).toContain(says))
})

test('a project that is not there is a CodegenError', { timeout: 60_000 }, () => {
  expect(() => buildManifest({ project: join(scratch, 'none.json') })).toThrow(CodegenError)
  expect(() => buildManifest({ project, files: ['none/*.ts'] })).toThrow(expect.objectContaining({ code: 'ProjectNotFound' }))
})

test('the manifest is written only when it changes', () => {
  const path = join(scratch, 'written.json')
  expect([writeManifest(path, built.text), writeManifest(path, built.text), writeManifest(path, '{}\n')]).toEqual([true, false, true])
})

describe('checking the written manifest', () => {
  const path = join(scratch, 'checked.json')
  const differenceAfter = (edit: (manifest: Manifest) => void): string | undefined => {
    const manifest = Manifest.parse(JSON.parse(built.text))
    edit(manifest)
    writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)
    return checkManifest(path, built.text)?.text.replace(path, 'FILE')
  }

  test('the same bytes are no difference', () => expect(differenceAfter(() => {})).toBeUndefined())

  test('no file, and no manifest', () => {
    expect(checkManifest(join(scratch, 'none.json'), built.text)?.kind).toBe('missing')
    writeFileSync(path, 'not JSON')
    expect(checkManifest(path, built.text)?.kind).toBe('unreadable')
    writeFileSync(path, JSON.stringify(built.manifest))
    expect(checkManifest(path, built.text)?.kind).toBe('format')
  })

  test('what changed is named', () => {
    expect(differenceAfter((manifest) => {
      const [etl, order, reminder, subscription] = manifest.workflows
      if (!etl || !order || !reminder || !subscription) throw new Error('fixtures changed')
      manifest.workflows = [order, { ...etl, name: 'old-etl' }, reminder, subscription]
      subscription.signals = []
      subscription.queries = subscription.queries.map((query) => ({ ...query, output: {} }))
      subscription.updates = [...subscription.updates, ...subscription.updates.map((update) => ({ ...update, name: 'setPrice' }))]
      subscription.children = subscription.children.slice(1)
      subscription.handlers = subscription.handlers.slice(1)
      subscription.timeoutMs = null
      order.semanticHash = '0'.repeat(64)
      order.queue = 'slow'
      order.steps = order.steps.filter((step) => step.name !== 'mail').map((step) => (step.name === 'charge' ? { ...step, timeoutMs: 1 } : step))
      order.graph = { ...order.graph, edges: order.graph.edges.slice(1) }
    })).toMatchInlineSnapshot(`
      "FILE is stale; run baton build.
      + daily-etl@2 added
      - old-etl@2 removed
      ~ order changed
          semantic hash 000000000000 → 2fdaba76893d
          queue "slow" → "default"
          step 'charge': timeoutMs 1 → 30000
          step 'mail' added
          graph: edge 'start → if:order.total > this.approval' added
      ~ subscription changed
          timeoutMs null → 63072000000
          children [{"workflow":"greeting","className":null,"parentClosePolicy… → [{"workflow":"reminder","className":"Reminder","parentClose…
          signal 'cancel' added
          query 'current': output.type nothing → "object"
          query 'current': output.properties nothing → {"plan":{"type":"string","enum":["monthly","yearly"]},"canc…
          query 'current': output.required nothing → ["plan","cancelled"]
          update 'setPrice' removed
          graph: node 'signal cancel/start' added
          graph: node 'signal cancel/if:reason !== undefined' added
          graph: node 'signal cancel/mail' added
          graph: node 'merge:signal cancel/if:reason !== undefined' added
          graph: node 'signal cancel/end' added
          graph: edge 'signal cancel/start → signal cancel/if:reason !== undefined' added
          graph: edge 'signal cancel/if:reason !== undefined → signal cancel/mail (true)' added
          graph: edge 'signal cancel/mail → merge:signal cancel/if:reason !== undefined' added
          graph: edge 'signal cancel/if:reason !== undefined → merge:signal cancel/if:reason !== undefined (false)' added
          graph: edge 'merge:signal cancel/if:reason !== undefined → signal cancel/end' added"
    `)
  })

  test('a trigger that changed is named', () => {
    expect(differenceAfter((manifest) => manifest.workflows.forEach((workflow) => { workflow.triggers = [] }))).toMatch(/~ daily-etl@2 changed\n +triggers \[\] → \[\{"kind":"cron"/)
  })

  test('moved positions are named as such', () => {
    expect(differenceAfter((manifest) => manifest.workflows.forEach((workflow) => { workflow.source.line++ }))).toContain('source positions moved')
  })
})

test('the published JSON Schema is current', () => {
  const path = join(import.meta.dirname, '../../packages/codegen/schema/baton.manifest.schema.json')
  expect(readFileSync(path, 'utf8'), 'run packages/codegen/scripts/write-json-schema.ts').toBe(jsonSchemaText())
})

describe('watching', { timeout: 60_000 }, () => {
  test('an edit, a new file and a removed one each give a build that equals a fresh one', async () => {
    const folder = join(scratch, 'watched')
    mkdirSync(folder)
    copyFileSync(join(fixtures, 'order/src/order.ts'), join(folder, 'order.ts'))
    copyFileSync(join(fixtures, 'order/src/notify.ts'), join(folder, 'notify.ts'))
    const options = { project, files: ['*.ts'], root: folder }
    const builds: BuildResult[] = []
    let wake = (): void => {}
    await using _ = watchManifest(options, (result) => {
      builds.push(result)
      wake()
    })
    const after = async (act: () => void): Promise<string | undefined> => {
      const woken = new Promise<void>((resolve) => { wake = resolve })
      act()
      await woken
      return builds.at(-1)?.text
    }
    const edit = (file: string, from: string, to: string) => (): void => {
      const text = readFileSync(join(folder, file), 'utf8')
      writeFileSync(join(folder, file), text.replace(from, to))
    }
    const first = builds[0]
    expect(await after(edit('notify.ts', "''", "'nobody'"))).toBe(buildManifest(options).text)
    expect(builds.at(-1)?.manifest.workflows[0]?.semanticHash).not.toBe(first?.manifest.workflows[0]?.semanticHash)
    expect(await after(() => copyFileSync(join(fixtures, 'etl/src/daily-etl.ts'), join(folder, 'etl.ts')))).toBe(buildManifest(options).text)
    expect(builds.at(-1)?.manifest.workflows.map(({ name }) => name)).toEqual(['daily-etl', 'order'])
    expect(await after(() => rmSync(join(folder, 'etl.ts')))).toBe(buildManifest(options).text)
    expect(await after(edit('order.ts', "name: 'order'", "name: 'orders'"))).toBe(buildManifest(options).text)
  })
})
