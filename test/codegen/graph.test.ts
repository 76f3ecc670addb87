import type { ManifestGraph } from '@baton/sdk/manifest'
import { describe, expect, test } from 'vitest'
import { compile, durable, type Files, workflowWith } from './support/compile.ts'
import { sketch } from './support/sketch.ts'

function graphOf(source: string | Files, more: Files = {}): string {
  const { manifest, diagnostics } = compile(typeof source === 'string' ? { 'w.ts': source, ...more } : source)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const workflow = manifest.workflows.find(({ name }) => name === 'w')
  return workflow ? sketch(workflow.graph) : ''
}

const cases: Record<string, string> = {
  'straight code': 'await this.a(); const n = await this.b(); await sleep("1h"); return n',
  'if and else if': 'if (input.x) await this.a(); else if (input.mode === "m") { await this.b() } else { await this.c() } await this.d()',
  'if without else': 'if (input.x) { await this.a() } await this.b()',
  'an if without steps is not drawn': 'let n = 0; if (input.x) { n = 1 } await this.a(n)',
  'a step in the condition': 'if (await this.flag()) await this.a()',
  'early return and throw': 'if (input.x) return 1; if (input.mode === "") throw new Error("no mode"); await this.a()',
  'switch with fall-through': 'switch (input.mode) { case "p": case "q": await this.a(); break; case "r": await this.b(); default: await this.c() } await this.d()',
  'ternary, &&, || and ??': 'const n = input.x ? await this.a() : await this.b(); n && (await this.c()); input.x || (await this.d()); return n ?? (await this.a())',
  'for of with break and continue': 'for (const item of input.items) { if (item === "s") continue; if (item === "e") break; await this.a(item) } await this.b()',
  'for, for in, while and do': 'for (let i = 0; i < 3; i++) { await this.a(i) } for (const k in input) { await this.b(k) } while (await this.flag()) { await this.c() } do { await this.d() } while (input.x)',
  'an endless loop left by return': 'for (;;) { if (await this.flag()) return 1; await sleep("1m") }',
  'a labelled break': 'outer: for (const p of input.items) { for (const q of input.items) { if (q === p) break outer; await this.a(q) } } await this.b()',
  'Promise.all of calls': 'await Promise.all([this.a(), this.b().then(() => this.c())]); await this.d()',
  'Promise.all of a map': 'await Promise.all(input.items.map(async (item) => { const n = await this.a(item); await this.b(n) }))',
  'Promise.all of a step by name': 'return Promise.all(input.items.map(this.a))',
  'race and allSettled': 'await Promise.race([this.a(), sleep("1m")]); await Promise.allSettled([this.b(), this.c()])',
  'a promise stored and awaited later': 'const p = this.a(); await this.b(); await p',
  'promises stored in a list': 'const all = input.items.map((item) => this.a(item)); await this.b(); await Promise.all(all)',
  'try, catch, finally': 'try { await this.a() } catch (error) { await this.b(); throw error } finally { await this.c() } await this.d()',
  'a try whose catch swallows': 'try { await this.a(); throw new Error("x") } catch { await this.b() } await this.d()',
  'the same step twice': 'await this.a(); await this.b(); await this.a()',
  'a local function': 'const twice = async (n: number) => { await this.a(n); if (n > 1) return; await this.b(n) }; await twice(1); await this.c()',
  'a step in arguments': 'await this.a(await this.b(await this.c())); return { d: `${await this.d()}`, rest: [await this.a()] }',
}

describe('the graph of run', () => {
  test.each(Object.entries(cases))('%s', (_, run) => expect(graphOf(workflowWith(run))).toMatchSnapshot())

  test('helpers are followed through methods, functions and files', () => {
    const source = workflowWith('await this.both(); await finish(this, input.items)', {
      top: "import { finish } from './finish.ts'",
      members: '  private async both(): Promise<void> { await this.a(); await this.b() }',
    })
    const finish = "import type { W } from './w.ts'\nimport { last } from './last.ts'\nexport async function finish(w: W, items: string[]) { for (const item of items) await last(w, item) }"
    const last = "import type { W } from './w.ts'\nexport const last = async (w: W, item: string) => w.c(item)"
    expect(graphOf(source, { 'finish.ts': finish, 'last.ts': last })).toMatchSnapshot()
  })

  test('recursion is seen and drawn once', () => {
    const source = workflowWith('await this.walk(3)', {
      members: '  private async walk(n: number): Promise<void> { await this.a(n); if (n > 0) await this.walk(n - 1) }',
    })
    expect(graphOf(source)).toMatchSnapshot()
  })

  test('steps and run of a base class count', () => {
    const source = [
      "import { Run, Step, Workflow } from '@baton/sdk'",
      'abstract class Base<T> {',
      '  abstract load(): Promise<T>',
      '  // @ts-expect-error: the SDK cannot tell whether a type parameter is serializable',
      '  @Step() async save(value: T): Promise<void> { void value }',
      '  @Run() async run(): Promise<void> { await this.save(await this.load()) }',
      '}',
      "@Workflow({ name: 'w' }) export class W extends Base<string> {",
      '  @Step() async load(): Promise<string> { return "x" }',
      '}',
    ].join('\n')
    expect(graphOf(source)).toMatchSnapshot()
    const step = compile({ 'w.ts': source }).manifest.workflows[0]?.steps.find(({ name }) => name === 'save')
    expect(step?.parameters).toEqual([{ name: 'value', schema: { type: 'string' } }])
  })

  test('a step added elsewhere shifts no id', () => {
    const run = 'await this.a(); if (input.x) { await this.b() } for (const i of input.items) await this.c(i)'
    const ids = (text: string): string[] => text.match(/\S+ -> /g) ?? []
    const before = ids(graphOf(workflowWith(run)))
    const after = ids(graphOf(workflowWith(`await this.d(); ${run}`)))
    expect(after.filter((id) => !before.includes(id))).toEqual(['d -> '])
  })
})

const waits: Record<string, string> = {
  'sleepUntil and condition': 'await sleepUntil(Date.parse(input.mode)); if (!(await condition(() => this.ready, "3d"))) await this.a(); await condition(() => { return this.list.length > 1 })',
  'children by class and by name': 'await executeChild(Child, { input: "x" }); const c = await startChild("other", { input: 1 }); await this.a(); return c.result()',
  'forEach with options': 'await forEach(input.items, { concurrency: 50, ordered: true, onFailure: "ignore" }, async (item) => { if (item === "") return 0; return this.a(item) })',
  'forEach of a step, and of pages': 'await forEach(input.items, {}, this.a); await forEachCounted(Items.pages((cursor) => this.page(cursor)), {}, (item) => this.b(item))',
  'forEach of pages made before': 'const rows = Items.pages((cursor) => this.page(cursor)); await this.a(); await forEach(rows, {}, async (row) => this.b(row))',
  'approval and tokens': 'const yes = await approval("boss", { notify: (token) => this.a(token), timeout: "3d" }); const t = await externalToken("doc"); await this.b(t.token); return yes ?? t.wait("1d")',
  'scopes': 'await CancellationScope.nonCancellable(() => this.a()); await CancellationScope.withTimeout("10s", async () => { await this.b(); await this.c() }); const s = new CancellationScope({ timeout: "1m" }); await s.run(() => this.d()); await CancellationScope.cancellable(async () => { throw new Error("x") })',
  'continueAsNew ends the run': 'for (;;) { await this.a(); if (executionInfo().historyLength > 5000) continueAsNew<W["run"]>(input) }',
  'continueAsNew returned': 'if (input.x) return continueAsNew<W["run"]>(input); await this.a()',
  'patches': 'if (patched("new-a")) { await this.a() } else { await this.b() } const n = patched("two") ? await this.c() : 0; if (patched("nothing")) { publish("s", n) } deprecatePatch("old")',
  'signals and stops to others': 'await externalExecution("cart-1").signal("paid", 1); const e = externalExecution(input.mode); await e.signal("go"); await e.stop()',
  'compensate': 'if (input.x) { await compensate(); return "no" } await this.a()',
  'waits in groups and helpers': 'await Promise.race([condition(() => this.ready), this.later(1)])',
}

describe('the graph of what waits, sends and scopes', () => {
  const members = '@Step() async page(cursor?: string): Promise<{ items: string[]; next?: string }> { return { items: cursor ? [] : [] } }\n  private async later(n: number): Promise<void> { await sleep(n); await this.d() }'
  test.each(Object.entries(waits))('%s', (_, run) => expect(graphOf(durable(run, members))).toMatchSnapshot())

  test('handlers that call steps have graphs of their own, whose ids are unique in the workflow', () => {
    const files = durable('await this.a()', [
      '@Signal() plain(): void { this.ready = true }',
      '@Signal() async start(n: number): Promise<void> { this.ready = true; if (n > 1) await this.a(n) }',
      '@Update() async buy(n: number): Promise<number> { for (const i of [n]) { await this.b(i) } return this.a(n) }',
      '@Query() look(): number { return 1 }',
    ].join('\n  '))
    const workflow = compile(files).manifest.workflows.find(({ name }) => name === 'w')
    expect(workflow?.handlers.map(({ name, kind, graph }) => `${kind} ${name}:\n${sketch(graph, '  ')}`).join('\n')).toMatchSnapshot()
    const ids: string[] = []
    const collect = (graph: ManifestGraph): void => graph.nodes.forEach((node) => {
      ids.push(node.id)
      node.graphs?.forEach((part) => collect(part.graph))
    })
    for (const graph of [workflow?.graph, ...(workflow?.handlers.map((handler) => handler.graph) ?? [])]) if (graph) collect(graph)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('labels say what is waited for, and for how long', () => {
    const labels = (run: string): unknown[] => compile(durable(run, members)).manifest.workflows.find(({ name }) => name === 'w')?.graph.nodes
      .filter(({ label }) => label !== undefined).map(({ kind, label }) => [kind, label]) ?? []
    expect(labels('await condition(() => this.ready /* now */, "3d"); await forEach(input.items, { concurrency: 5 }, this.a); await executeChild(Child, { input: "" }); await externalExecution("c").signal("go")')).toEqual([
      ['condition', 'this.ready, at most 3d'],
      ['forEach', 'each of input.items, 5 at once'],
      ['child', 'Child'],
      ['signal', 'go to c'],
    ])
  })
})

test('the graph of a declarative class: roots, after, when and sinks', () => {
  const source = [
    "import { Step, Workflow } from '@baton/sdk'",
    "@Workflow({ name: 'w' }) export class W {",
    '  @Step() async start(): Promise<number> { return 1 }',
    "  @Step({ after: ['start'] }) async left(): Promise<number> { return 1 }",
    "  @Step({ after: ['start'], when: (up: { start: number }) => up.start > 0 /* why */ }) async right(): Promise<number> { return 1 }",
    "  @Step({ after: ['left', 'right'], join: 'any' }) async last(): Promise<number> { return 1 }",
    '  @Step() async alone(): Promise<number> { return 1 }',
    '}',
  ].join('\n')
  expect(graphOf(source)).toMatchInlineSnapshot(`
    "start -> start~2
    start~2 -> left
    start~2 -> right (up.start > 0)
    left -> last
    right -> last
    start -> alone
    last -> end
    alone -> end"
  `)
})
