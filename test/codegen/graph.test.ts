import { describe, expect, test } from 'vitest'
import { compile, type Files, workflowWith } from './support/compile.ts'
import { sketch } from './support/sketch.ts'

function graphOf(source: string, more: Files = {}): string {
  const { manifest, diagnostics } = compile({ 'w.ts': source, ...more })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const [workflow] = manifest.workflows
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
