import { describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../../packages/codegen/src/index.ts'
import { compile, durable, type Files, workflowWith } from './support/compile.ts'
import { findings } from './support/findings.ts'

function declarative(...members: string[]): string {
  return ["import { Step, Workflow } from '@baton/sdk'", "@Workflow({ name: 'w' })", 'export class W {', ...members, '}'].join('\n')
}

describe('a step that nobody waits for', () => {
  const cases: Record<string, readonly string[]> = {
    'this.a()': ['FloatingStep this.a()'],
    'void this.a()': ['FloatingStep this.a()'],
    'input.x && this.a()': ['FloatingStep this.a()'],
    'this.a().catch(() => 0)': ['FloatingStep this.a()'],
    'sleep("1h")': ['FloatingStep sleep("1h")'],
    'Promise.all([this.a(), this.b()])': ['FloatingStep Promise.all([this.a(), this.b()])'],
    'input.items.forEach(async (i) => { await this.a(i) })': ['FloatingStep input.items.forEach(async (i) => { await this.a(i) })'],
    'input.items.forEach((i) => { this.a(i) })': ['FloatingStep this.a(i)'],
    'const go = async () => { await this.a() }; go()': ['FloatingStep go()'],
    'await this.a()': [],
    'const p = this.a(); await p': [],
    'const list = []; list.push(this.a()); await Promise.all(list)': [],
    'return this.a()': [],
    'for (const i of input.items) await this.a(i)': [],
  }
  test.each(Object.entries(cases))('%s', (run, expected) => expect(findings(workflowWith(run))).toEqual(expected))

  test('is found in helpers', () => {
    expect(findings(workflowWith('await help(this)', { top: "import { help } from './help.ts'" }), {
      'help.ts': "import type { W } from './w.ts'\nexport async function help(w: W) { w.a() }",
    })).toHaveLength(1)
  })
})

describe('a step inside a step', () => {
  test('called at once', () => {
    expect(findings(declarative('@Step() async a(): Promise<void> { await this.b() }', '@Step() async b(): Promise<void> {}')))
      .toEqual(['StepInsideStep this.b()'])
  })

  test('called through a helper, with the path', () => {
    const source = declarative('@Step() async a(): Promise<void> { await this.help() }', 'private async help() { await this.b() }', '@Step() async b(): Promise<void> {}')
    const [found] = compile({ 'w.ts': source }).diagnostics
    expect(found?.message).toContain('a → help → b')
  })
})

describe('options', () => {
  test('constants, spreads, arithmetic and templates are read', () => {
    const source = [
      "import { Step, Workflow } from '@baton/sdk'",
      "import { SLOW, TEAM } from './options.ts'",
      'const name = `w` as const',
      'enum Queue { Mail = "mail" }',
      '@Workflow({ name, queue: Queue.Mail })',
      'export class W { @Step({ ...SLOW, timeout: 2 * SLOW.minutes * 60_000, queue: `${TEAM}-x` }) async a(): Promise<void> {} }',
    ].join('\n')
    const options = "export const TEAM = 'billing'\nexport const SLOW = { retry: { maxAttempts: 7, delay: '2s' }, minutes: 3 } as const"
    const { manifest, diagnostics } = compile({ 'w.ts': source, 'options.ts': options })
    expect(diagnostics).toEqual([])
    expect(manifest.workflows[0]).toMatchObject({
      name: 'w',
      queue: 'mail',
      steps: [{ timeoutMs: 360_000, queue: 'billing-x', retry: { maxAttempts: 7, delayMs: 2000, backoff: 2, maxDelayMs: 60_000 } }],
    })
  })

  const cases: Record<string, readonly string[]> = {
    "timeout: '10 parsecs' as never": ["InvalidDuration '10 parsecs'"],
    'timeout: Number(process.env.T)': ['UnresolvableOption Number(process.env.T)'],
    'retry: { maxAttempts: 0 }': ['InvalidOption { maxAttempts: 0 }'],
    "queue: '9 lives'": ["InvalidName '9 lives'"],
    "prefer: 'far' as never": ["InvalidOption 'far'"],
    "after: ['b']": [],
    "retry: { nonRetryable: ['E', TypeError] }": [],
    "retry: { nonRetryable: [404 as never] }": ['InvalidOption 404'],
    "retry: { platform: { backoff: 'linear' as never } }": ["InvalidOption 'linear'"],
    'retry: { jitter: 2 }': ['InvalidOption { jitter: 2 }'],
    "totalTimeout: 'soon' as never": ["InvalidDuration 'soon'"],
    'queue: "q", priority: 0.5': ['InvalidOption 0.5'],
    "compensate: 'b'": [],
    "compensate: 'bb'": ["UnknownStep 'bb'"],
    "cancellation: 'later' as never": ["InvalidOption 'later'"],
    "after: ['bb']": ["UnknownStep 'bb'"],
  }
  test.each(Object.entries(cases))('%s', (option, expected) => expect(findings(declarative(`@Step({ ${option} }) async a(): Promise<void> {}`, '@Step() async b(): Promise<void> {}'))).toEqual(expected))

  test('a name only known at run time', () => {
    expect(findings("import { Step, Workflow } from '@baton/sdk'\nlet n = 'w'\n@Workflow({ name: n }) export class W { @Step() async a(): Promise<void> {} }"))
      .toEqual(['UnresolvableOption n'])
  })
})

describe('the class', () => {
  test('steps in a circle', () => {
    const source = declarative("@Step({ after: ['b'] }) async a(): Promise<void> {}", "@Step({ after: ['a'] }) async b(): Promise<void> {}")
    expect(findings(source)).toEqual(["CyclicSteps 'b'"])
  })

  test('nothing to do', () => expect(findings(declarative())).toEqual(['NoSteps W']))

  test('run by another name', () => {
    const source = "import { Run, Workflow } from '@baton/sdk'\n@Workflow({ name: 'w' }) export class W {\n@Run()\nasync go(): Promise<void> {} }"
    expect(findings(source)).toContain('RunNotNamedRun go')
  })

  test('after beside run', () => {
    expect(findings(workflowWith('await this.a()', { members: "@Step({ after: ['a'] }) async e(): Promise<void> {}" }))).toEqual(["RunWithAfter ['a']"])
  })

  test('a step that is not async', () => expect(findings(declarative('@Step() a(): number { return 1 }'))).toEqual(['StepNotAsync a']))

  test('not exported is a warning, and the workflow stays', () => {
    const { manifest, diagnostics } = compile({ 'w.ts': declarative('@Step() async a(): Promise<void> {}').replace('export ', '') })
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['NotExported', 'warning']])
    expect(manifest.workflows).toHaveLength(1)
  })

  test('exported in a list is exported', () => {
    expect(findings(`${declarative('@Step() async a(): Promise<void> {}').replace('export ', '')}\nexport { W }`)).toEqual([])
  })

  test('the same name and version twice', () => {
    const source = declarative('@Step() async a(): Promise<void> {}')
    const { manifest, diagnostics } = compile({ 'v.ts': source, 'w.ts': source })
    expect(diagnostics.map(({ code, file, message }) => [code, file, message])).toEqual([
      ['DuplicateWorkflow', 'w.ts', "Workflow 'w' version '1' is also defined at v.ts:3:14."],
    ])
    expect(manifest.workflows).toHaveLength(1)
  })

  test('a value that does not survive the log, by its path', () => {
    const input = '{ items: { callback: () => void }[] }'
    const source = workflowWith('return 1').replace('{ items: string[]; mode: string; x: boolean }', input)
    expect(compile({ 'w.ts': source }).diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'NotSerializable: input.items[].callback of run is a function, which does not survive the log.',
    ])
  })
})

describe('TypeScript', () => {
  test("its own errors in a workflow's file are reported", () => {
    expect(findings(workflowWith('const n: number = "x"; return n'))).toEqual(['TS2322 n'])
  })

  test('syntax errors are, too, in what the workflow imports', () => {
    const { diagnostics } = compile({ 'w.ts': workflowWith('help()', { top: "import { help } from './help.ts'" }), 'help.ts': 'export function help( {}' })
    expect(diagnostics.map(({ code, file }) => `${code} ${file}`)).toContain('TS1005 help.ts')
  })
})

describe('where the decorators come from', () => {
  const steps = 'export class W { @S() async a(): Promise<void> {} }'
  const cases: Record<string, Files> = {
    'an alias': { 'w.ts': `import { Step as S, Workflow as Flow } from '@baton/sdk'\n@Flow({ name: 'w' }) ${steps}` },
    'a namespace': { 'w.ts': `import * as baton from '@baton/sdk'\n@baton.Workflow({ name: 'w' }) ${steps.replace('S()', 'baton.Step()')}` },
    're-exports': {
      'w.ts': `import { S, Workflow } from './lib.ts'\n@Workflow({ name: 'w' }) ${steps}`,
      'lib.ts': "export * from '@baton/sdk'\nexport { Step as S } from '@baton/sdk'",
    },
    'the default export of a class': { 'w.ts': `import { Step as S, Workflow } from '@baton/sdk'\n@Workflow({ name: 'w' }) ${steps.replace('export', 'export default')}` },
  }
  test.each(Object.entries(cases))('%s', (_, files) => {
    const { manifest, diagnostics } = compile(files)
    expect(diagnostics).toEqual([])
    expect(manifest.workflows.map((workflow) => workflow.steps.map((step) => step.name))).toEqual([['a']])
  })

  test('decorators of the same name from elsewhere are not taken', () => {
    const other = 'export const Workflow = (_: object) => (_: unknown, __: unknown): void => {}'
    expect(compile({ 'w.ts': "import { Workflow } from './other.ts'\n@Workflow({ name: 'w' }) export class W {}", 'other.ts': other }).manifest.workflows).toEqual([])
  })
})

/** The same for workflow code that waits; only of the file with the workflow. */
function durableFindings(run: string, members = ''): readonly string[] {
  const files = durable(run, members)
  return compile(files).diagnostics.filter(({ file }) => file === 'w.ts').map(({ code, severity, line, column, frame }) => {
    const text = frame.lines[line - frame.firstLine] ?? ''
    return `${severity === 'warning' ? 'warning ' : ''}${code} ${text.slice(column - 1, column - 1 + frame.length)}`
  })
}

describe('a wait that nobody waits for', () => {
  const cases: Record<string, readonly string[]> = {
    'condition(() => this.ready)': ['FloatingStep condition(() => this.ready)'],
    'void sleepUntil(0)': ['FloatingStep sleepUntil(0)'],
    'startChild(Child, { input: "" })': ['FloatingStep startChild(Child, { input: "" })'],
    'executeChild("other", { input: 1 }).catch(() => 0)': ['FloatingStep executeChild("other", { input: 1 })'],
    'forEach(input.items, {}, this.a)': ['FloatingStep forEach(input.items, {}, this.a)'],
    'approval("x", { notify: (token) => this.a(token) })': ['FloatingStep approval("x", { notify: (token) => this.a(token) })'],
    'const t = await externalToken("x"); t.wait()': ['FloatingStep t.wait()'],
    'const c = await startChild(Child, { input: "" }); c.result()': ['FloatingStep c.result()'],
    'const c = input.x ? await startChild(Child, { input: "" }) : undefined; c?.result()': ['FloatingStep c?.result()'],
    'CancellationScope.nonCancellable(() => this.a())': ['FloatingStep CancellationScope.nonCancellable(() => this.a())'],
    'externalExecution("c").signal("go")': ['FloatingStep externalExecution("c").signal("go")'],
    'compensate()': ['FloatingStep compensate()'],
    'const scope = new CancellationScope(); const search = scope.run(() => this.a()); await condition(() => this.ready); scope.cancel("found"); await search': [],
    'await Promise.race([condition(() => this.ready), sleepUntil(0)])': [],
    'publish("s", uuid())': [],
    'continueAsNew<W["run"]>(input)': [],
  }
  test.each(Object.entries(cases))('%s', (run, expected) => expect(durableFindings(run)).toEqual(expected))

  test('is found in signals and updates', () => {
    expect(durableFindings('await this.a()', '@Signal() go(): void { this.a() }\n@Update() async set(): Promise<void> { sleep(1) }')).toEqual([
      'FloatingStep this.a()', 'FloatingStep sleep(1)',
    ])
  })
})

test('what belongs to workflow code is found in a step', () => {
  expect(durableFindings('await this.e()', '@Step() async e(): Promise<unknown> { await condition(() => this.ready); publish("s", uuid()); return executionInfo() }')).toEqual([
    'StepInsideStep condition(() => this.ready)', 'StepInsideStep publish("s", uuid())', 'StepInsideStep uuid()', 'StepInsideStep executionInfo()',
  ])
})

describe('queries and validators only look', () => {
  const cases: Record<string, readonly string[]> = {
    '@Query() q(): number { return this.list.length }': [],
    '@Query() q(): string[] { const all = [...this.list]; all.sort(); let n = 0; n++; return all }': [],
    '@Query() q(): boolean { this.ready = true; return this.ready }': ['ImpureQuery this.ready = true'],
    '@Query() q(): number { return this.list.push("x") }': ['ImpureQuery this.list.push("x")'],
    '@Query() q(): string[] { return this.list.sort() }': ['ImpureQuery this.list.sort()'],
    '@Query() q(): number { return this.look() } private look(): number { ({ ready: this.ready } = { ready: true }); return 1 }': ['ImpureQuery { ready: this.ready } = { ready: true }'],
    '@Query() q(): number { void this.a(); return 1 }': ['ImpureQuery this.a()'],
    '@Query() q(): number { return executionInfo().run }': [],
    '@Query() q(): string { return uuid() }': ['ImpureQuery uuid()'],
    '@Query() q(): number { delete this.list[0]; return 1 }': ['ImpureQuery delete this.list[0]'],
    '@Update({ validate: "check" }) u(n: number): void { this.ready = n > 0 } check(n: number): void { if (n) this.list = [] }': ['ImpureQuery this.list = []'],
    '@Update({ validate: "check" }) u(n: number): void { this.ready = n > 0 } check(n: number): void { if (n < 0) throw new Error("negative") }': [],
    '@Update({ validate: "check" }) u(n: number): void { this.ready = n > 0 } async check(n: number): Promise<void> { if (n < 0) throw new Error("negative") }': ['NotSynchronous check'],
    '@Update({ validate: "chekc" }) u(n: number): void { this.ready = n > 0 } check(n: number): void { if (n < 0) throw new Error("negative") }': ['UnknownMethod "chekc"'],
    '@Signal() s(): void { this.list.push("x"); this.ready = true }': [],
  }
  test.each(Object.entries(cases))('%s', (members, expected) => expect(durableFindings('await this.a()', members)).toEqual(expected))

  test('an async query', () => {
    expect(durableFindings('await this.a()', '// @ts-expect-error: the types refuse it too\n@Query()\nasync q(): Promise<number> { return 1 }')).toContain('NotSynchronous q')
  })

  test('a payload that does not survive the log, by its path', () => {
    const files = durable('await this.a()', '// @ts-expect-error: the types refuse it too\n@Signal()\nasync s(order: { done: () => void }): Promise<void> { void order }')
    expect(compile(files).diagnostics.map(({ code, message }) => `${code}: ${message}`)).toContain(
      "NotSerializable: order.done of signal 's' is a function, which does not survive the log.",
    )
  })

  test('the same method as a step and a signal', () => {
    expect(durableFindings('await this.a()', '@Step() @Signal() async s(): Promise<void> {}')).toEqual(['InvalidOption @Signal()'])
  })
})

describe('the predicate of a condition only looks', () => {
  const cases: Record<string, readonly string[]> = {
    'await condition(() => this.list.some((one) => one === input.mode))': [],
    'await condition(() => { const seen = new Set<string>(); seen.add("x"); return seen.size > this.list.length })': [],
    'await condition(() => (this.ready = true))': ['ImpureCondition this.ready = true'],
    'let n = 0; await condition(() => ++n > 3)': ['ImpureCondition ++n'],
    'await condition(() => this.list.shift() !== undefined)': ['ImpureCondition this.list.shift()'],
    'await condition(() => { void this.a(); return true })': ['FloatingStep this.a()', 'ImpureCondition this.a()'],
    'await condition(() => this.asked())': ['ImpureCondition this.ready = false'],
  }
  const members = 'private asked(): boolean { this.ready = false; return true }'
  test.each(Object.entries(cases))('%s', (run, expected) => expect(durableFindings(run, members)).toEqual(expected))
})

describe('the body of a forEach keeps to itself', () => {
  const cases: Record<string, readonly string[]> = {
    'await forEach(input.items, {}, async (item) => { const all: string[] = []; all.push(item); let n = 0; n += await this.a(item); return n })': [],
    'await forEach(input.items, {}, async (item) => { this.ready = true; return item })': ['ForEachWrites this.ready = true'],
    'await forEach(input.items, {}, async (item) => { this.list.push(item) })': ['ForEachWrites this.list.push(item)'],
    'let n = 0; await forEach(input.items, {}, async (item) => { n += await this.a(item) })': ['ForEachWrites n += await this.a(item)'],
    'const all = new Map<string, number>(); await forEachCounted(input.items, {}, async (item) => { all.set(item, await this.a(item)) })': ['ForEachWrites all.set(item, await this.a(item))'],
    'await forEach(input.items, {}, (item) => this.keep(item))': ['ForEachWrites this.list.push(item)'],
    'for (const item of input.items) this.list.push(item)': [],
  }
  const members = 'private async keep(item: string): Promise<void> { this.list.push(item); await this.a() }'
  test.each(Object.entries(cases))('%s', (run, expected) => expect(durableFindings(run, members)).toEqual(expected))
})

describe('signals to a child of a known class', () => {
  const cases: Record<string, readonly string[]> = {
    'const c = await startChild(Child, { input: "" }); await externalExecution(c.executionId).signal("go")': [],
    'const c = await startChild(Child, { input: "" }); await externalExecution(c.executionId).signal("gone")': ['UnknownSignal "gone"'],
    'const c = await startChild(Child, { input: "" }); const to = externalExecution(c.executionId); await to.signal("run")': ['UnknownSignal "run"'],
    'const { executionId: id } = await startChild(Child, { input: "" }); await externalExecution(id).signal("gone")': ['UnknownSignal "gone"'],
    'const c = await startChild("child", { input: "" }); await externalExecution(c.executionId).signal("gone")': [],
    'await externalExecution(input.mode).signal("gone")': [],
  }
  test.each(Object.entries(cases))('%s', (run, expected) => expect(durableFindings(run)).toEqual(expected))
})

describe('a run that goes on for ever', () => {
  const cases: Record<string, readonly string[]> = {
    'for (;;) { await this.a(); await sleep("1d") }': ['warning EndlessLoop for'],
    'while (true) { await condition(() => this.ready) }': ['warning EndlessLoop while'],
    'for (;;) { await this.a(); if (executionInfo().historyLength > 1000) continueAsNew<W["run"]>(input) }': [],
    'for (;;) { await this.a(); this.renew(input) }': [],
    'for (;;) { if (await this.flag()) return 1; await sleep("1m") }': [],
    'for (;;) { if (await this.flag()) break }': [],
    'for (;;) { for (const i of input.items) { if (i) break; await this.a(i) } }': ['warning EndlessLoop for'],
    'while (await this.flag()) { await this.a() }': [],
    'for (;;) { if (input.items.length) break }': [],
    'while (!this.closed) { await condition(() => this.closed); await this.a() }': ['warning EndlessLoop while'],
    'while (this.total < 10 && !this.closed) { await sleep("1d") }': ['warning EndlessLoop while'],
    'while (!this.closed) { await this.a(); this.renew(input) }': [],
    'while (!this.ready) { this.ready = await this.flag() }': [],
    'let n = 0; while (!this.closed && n++ < 10) { await this.a() }': [],
    'while (!this.closed) { this.list.shift() }': [],
  }
  const members = 'closed = false\n  total = 0\n  @Signal() close(): void { this.closed = true }\n  @Update() add(n: number): void { this.total += n; this.ready = true }\n  private renew(input: { items: string[]; mode: string; x: boolean }): void { continueAsNew<W["run"]>(input) }'
  test.each(Object.entries(cases))('%s', (run, expected) => expect(durableFindings(run, members)).toEqual(expected))
})

describe('a catch around continueAsNew', () => {
  const cases: Record<string, readonly string[]> = {
    'try { await this.a(); continueAsNew<W["run"]>(input) } catch { await this.b() }': ['warning SwallowedContinueAsNew catch'],
    'try { await this.a(); this.renew(input) } catch (error) { await this.b(error) }': ['warning SwallowedContinueAsNew catch'],
    'try { await this.a(); continueAsNew<W["run"]>(input) } catch (error) { await this.b(); throw error }': [],
    'try { await this.a() } catch { await this.b() } continueAsNew<W["run"]>(input)': [],
    'try { continueAsNew<W["run"]>(input) } finally { await this.b() }': [],
  }
  const members = 'private renew(input: { items: string[]; mode: string; x: boolean }): void { continueAsNew<W["run"]>(input) }'
  test.each(Object.entries(cases))('%s', (run, expected) => expect(durableFindings(run, members)).toEqual(expected))
})

describe('steps without compensation where others have one', () => {
  const undo = "@Step() async undo(id: string): Promise<void> { await Promise.resolve(id) }\n@Step({ compensate: 'undo' }) async book(): Promise<string> { return 'x' }"

  test('are named, but not those that undo, nor those that are meant so', () => {
    const source = declarative(undo, '/** @uncompensated */ @Step() async read(): Promise<void> {}', '@Step() async pay(): Promise<void> {}')
    const [found, ...more] = compile({ 'w.ts': source }).diagnostics
    expect(more).toEqual([])
    expect(found).toMatchObject({ code: 'MissingCompensation', severity: 'warning', message: "Workflow 'w' undoes some of its steps when it fails, but not pay." })
  })

  test('are nothing to speak of where none has one', () => expect(findings(declarative('@Step() async pay(): Promise<void> {}'))).toEqual([]))
})

test('a diagnostic is shown with place, frame, caret and help', () => {
  const [found] = compile({ 'w.ts': workflowWith('const n = 1\n    this.a(n)') }).diagnostics
  expect(found && formatDiagnostic(found)).toMatchInlineSnapshot(`
    "w.ts:13:5 error FloatingStep: The step 'a' is neither awaited, returned nor stored: its failure would be lost, and run could end before it.
      11 |   @Run() async run(input: { items: string[]; mode: string; x: boolean }): Promise<any> {
      12 | const n = 1
      13 |     this.a(n)
         |     ^^^^^^^^^
      14 |   }
      help: Write await this.a(n)."
  `)
  expect(found && formatDiagnostic(found, { color: true })).toContain('[31merror')
})

describe('search attributes', () => {
  const declared = (attributes: string): readonly string[] => findings(declarative(`static readonly attributes = ${attributes}`, '@Step() async a(): Promise<void> {}'))

  test('stand in the manifest, inherited ones too', () => {
    const { manifest, diagnostics } = compile({
      'w.ts': `import { Step, Workflow } from '@baton/sdk'
const COMMON = { customer: 'keyword' } as const
class Base { static readonly attributes = { ...COMMON, tags: 'keywords' } as const }
@Workflow({ name: 'w' }) export class W extends Base { @Step() async a(): Promise<void> {} }`,
    })
    expect(diagnostics).toEqual([])
    expect(manifest.workflows[0]?.attributes).toEqual({ customer: 'keyword', tags: 'keywords' })
  })

  test('of no such type or name are found where they stand', () => {
    expect(declared("{ total: 'bigint' } as const")).toContain("InvalidOption { total: 'bigint' }")
    expect(declared("{ '1st': 'keyword' } as const")).toContain("InvalidOption { '1st': 'keyword' }")
    expect(declared('{ total: 5 } as const')).toContain('InvalidOption 5')
  })

  test('must be known at build time', () => {
    expect(declared('read()')).toContain('UnresolvableOption read()')
  })
})
