import { Worker } from '@baton/runtime'
import { ApplicationError, Run, sleep, Step, Workflow } from '@baton/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { migrations } from '../../packages/runtime/src/log/migrations/index.ts'
import { createDatabase } from '../support/database.ts'
import { documentOf, type Ran, runCli, type RunOptions } from './support/run-cli.ts'

const Order = z.object({ total: z.number() })

@Workflow({ name: 'order', input: Order })
class OrderWorkflow {
  @Step({ retry: { maxAttempts: 2, delay: 1 } }) async charge(total: number): Promise<{ at: Date; rates: Map<string, bigint> }> {
    if (total < 0) throw new Error('no \u001B[31mmoney')
    return { at: new Date(0), rates: new Map([['EUR', 1n]]) }
  }

  @Run() async run({ total }: { total: number }): Promise<{ at: Date; rates: Map<string, bigint> }> {
    if (total === 0) throw new ApplicationError('NothingToPay', { details: { total } })
    return this.charge(total)
  }
}

@Workflow({ name: 'nap', version: '2' })
class Nap {
  static readonly attributes = { customer: 'keyword', total: 'number', due: 'datetime', tags: 'keywords' } as const

  @Run() async run(ms: number): Promise<undefined> {
    await sleep(ms)
    return undefined
  }
}

let database: Awaited<ReturnType<typeof createDatabase>>
let worker: Worker
beforeAll(async () => {
  database = await createDatabase()
  worker = await Worker.start({ url: database.url, workflows: [OrderWorkflow, Nap], name: 'w1' })
})
afterAll(async () => {
  await worker.stop()
  await database[Symbol.asyncDispose]()
})

const cli = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> => runCli(argv, { env: { DATABASE_URL: database.url }, ...options })
const OUTPUT = { at: '1970-01-01T00:00:00.000Z', rates: [['EUR', '1']] }

describe('baton start', () => {
  test('prints the id and nothing else, and is idempotent', async () => {
    const argv = ['start', 'order', '--id', 'same', '--input', '{"total":5}']
    expect(await cli(argv)).toEqual({ code: 0, stdout: 'same\n', stderr: '' })
    expect(documentOf(await cli([...argv, '--json']))).toEqual({ id: 'same', workflow: 'order' })
    expect(await cli(['start', 'order', '--input', '{"total":5}'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[1-9A-Za-z]{19}\n$/) })
  })

  test('--wait prints the output', async () => {
    const ran = await cli(['start', 'order', '--id', 'w', '--input', '-', '--wait'], { stdin: '{"total":5}' })
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: 'Started order w\n' })
    expect(JSON.parse(ran.stdout)).toEqual(OUTPUT)
    const json = await cli(['start', 'nap', '--id', 'n', '--input', '1', '--wait', '--json'])
    expect(documentOf(json)).toEqual({ id: 'n', workflow: 'nap', status: 'completed', output: null })
  })

  test('--wait on a terminal says how far it is, and cleans up after itself', async () => {
    const { code, stderr } = await cli(['start', 'nap', '--input', '800', '--wait'], { terminal: 80 })
    expect(code).toBe(0)
    expect(stderr).toContain('\r\u001B[2KWaiting 0ms, ')
    expect(stderr).toMatch(/ \d+ events? so far/)
    expect(stderr.endsWith('\r\u001B[2K')).toBe(true)
  })

  test('--wait exits with 1 if the execution fails, without stacks', async () => {
    const failed = await cli(['start', 'order', '--id', 'f', '--input', '{"total":-1}', '--wait'])
    expect(failed).toEqual({
      code: 1,
      stdout: '',
      stderr: "Started order f\nerror ExecutionFailed: Execution 'f' failed: Step 'charge' failed after 2 attempts: no \\x1b[31mmoney\nSee: baton history f\n",
    })
    const json = await cli(['start', 'order', '--id', 'f0', '--input', '{"total":0}', '--wait', '--json'])
    expect(json.code).toBe(1)
    expect(documentOf(json)).toEqual({
      id: 'f0',
      workflow: 'order',
      status: 'failed',
      error: {
        code: 'ExecutionFailed',
        message: "Execution 'f0' failed: NothingToPay",
        cause: { name: 'ApplicationError', code: 'ApplicationError', message: 'NothingToPay', details: { total: 0 } },
      },
    })
  })

  test('Ctrl-C ends the waiting, not the execution', async () => {
    const { code, stderr } = await cli(['start', 'nap', '--id', 'long', '--input', '600000', '--wait'], {
      onStderr: (text, signal) => {
        // The wait begins in the same turn in which the sentence is written.
        if (text === 'Started nap long\n') setImmediate(() => signal('SIGINT'))
      },
    })
    expect(code).toBe(130)
    expect(stderr).toContain('the execution goes on. See: baton show long')
    await expect.poll(async () => documentOf(await cli(['show', 'long', '--json']))).toMatchObject({ status: 'running' })
  })

  test('refuses what the workflow does not take, and names it does not know', async () => {
    expect(await cli(['start', 'order', '--input', '{"total":"5"}'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error InvalidInput: .*total: .*expected number/) })
    expect(await cli(['start', 'ordr'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error UnknownWorkflow: .*'ordr'.*'order'/) })
    expect(await cli(['start', 'nap', '--input-file', 'nope.json'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error FileNotReadable: nope.json/) })
    const reused = await cli(['start', 'nap', '--id', 'same', '--input', '1', '--json'])
    expect(documentOf(reused)).toMatchObject({ error: { code: 'ExecutionIdReused' } })
  })
})

describe('baton list', () => {
  test('filters, and pages by cursor', async () => {
    for (const id of ['p1', 'p2', 'p3']) await cli(['start', 'nap', '--id', id, '--input', '1', '--wait'])
    const first = documentOf(await cli(['list', '--workflow', 'nap', '--status', 'completed', '--limit', '2', '--json'])) as { executions: { id: string }[]; next: string }
    expect(first.executions.map(({ id }) => id)).toEqual(['p3', 'p2'])
    const second = documentOf(await cli(['list', '--workflow', 'nap', '--status', 'completed', '--limit', '2', '--cursor', first.next, '--json'])) as { executions: { id: string }[] }
    expect(second.executions[0]?.id).toBe('p1')
  })

  test('filters by search attributes, times and the beginning of an id', async () => {
    const start = (id: string, ...attributes: string[]): Promise<Ran> =>
      cli(['start', 'nap', '--id', `f-${id}`, '--input', '1', ...attributes.flatMap((each) => ['--attribute', each]), '--memo', '{"note":"a\\u001b[31mb"}', '--wait'])
    await start('1', 'customer=Ann', 'total=10', 'due=2026-02-01T00:00:00Z', 'tags=["new","big"]')
    await start('2', 'customer=Bob', 'total=20', 'tags=["new"]')
    await start('3', 'customer="30"', 'total=30')
    const ids = async (...argv: string[]): Promise<readonly string[]> =>
      (documentOf(await cli(['list', '--json', ...argv])) as { executions: { id: string }[] }).executions.map(({ id }) => id)
    expect(await ids('--attribute', 'customer=Ann')).toEqual(['f-1'])
    expect(await ids('--attribute', 'customer="30"')).toEqual(['f-3'])
    expect(await ids('--attribute', 'total>=10', '--attribute', 'total<30', '--asc')).toEqual(['f-1', 'f-2'])
    expect(await ids('--attribute', 'due>2026-01-01')).toEqual(['f-1'])
    expect(await ids('--attribute', 'tags~new', '--status', 'completed,failed')).toEqual(['f-2', 'f-1'])
    expect(await ids('--attribute', 'customer^=A', '--since', '1h')).toEqual(['f-1'])
    expect(await ids('--id-prefix', 'f-', '--order-by', 'attribute:total', '--since', '2026-01-01')).toEqual(['f-3', 'f-2', 'f-1'])
    expect(await ids('--id-prefix', 'f-', '--until', '1d')).toEqual([])
    const { stdout } = await cli(['show', 'f-1'])
    expect(stdout).toContain('attributes  customer=Ann  due=2026-02-01T00:00:00.000Z  tags=["new","big"]  total=10\n')
    expect(stdout).toContain('memo        {"note":"a')
    expect(stdout).not.toContain('\u001b')
    expect(documentOf(await cli(['show', 'f-2', '--json']))).toMatchObject({ attributes: { customer: 'Bob', total: 20, tags: ['new'] }, memo: { note: 'a\u001b[31mb' } })
  })

  test.each([
    [['--attribute', 'customer'], 'Give name=value'],
    [['--attribute', 'due>soon'], "'soon' is no bound"],
    [['--attribute', 'tags=["a"]'], 'equals one value'],
    [['--since', 'yesterday'], 'Give a date'],
    [['--status', 'failed,gone'], 'Allowed choices are pending'],
    [['--order-by', 'size'], 'Allowed choices are createdAt'],
  ])('refuses %j', async (argv, message) => {
    expect(await cli(['list', ...argv])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
  })

  test('attributes the workflow does not declare are refused', async () => {
    expect(await cli(['start', 'nap', '--input', '1', '--attribute', 'custmer=Ann'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error InvalidAttributes: .*did you mean 'customer'/) })
    expect(await cli(['start', 'nap', '--input', '1', '--memo', '{'])).toMatchObject({ code: 2, stderr: expect.stringContaining('The memo from --memo is not JSON') })
  })

  test('is a table for people', async () => {
    await cli(['start', 'nap', '--id', 'seen', '--input', '1', '--wait'])
    const { stdout, stderr } = await cli(['list', '--limit', '1'])
    expect(stdout).toMatch(/^ID {4}WORKFLOW {2}STATUS {5}CREATED +TOOK +WORKER\nseen {2}nap@2 {5}completed +(now|\d+s ago) +\S+s\n$/)
    expect(stderr).toMatch(/^More: --cursor \S+\n$/)
  })

  test('says that there is nothing, and what is no cursor', async () => {
    expect(await cli(['list', '--workflow', 'none'])).toEqual({ code: 0, stdout: '', stderr: 'No executions.\n' })
    expect(documentOf(await cli(['list', '--workflow', 'none', '--json']))).toEqual({ executions: [], next: null })
    expect(await cli(['list', '--cursor', 'x'])).toMatchObject({ code: 1, stderr: expect.stringContaining('error InvalidQuery') })
  })
})

describe('baton show and baton history', () => {
  beforeAll(async () => {
    await cli(['start', 'order', '--id', 'good', '--input', '{"total":5}', '--wait'])
    await cli(['start', 'order', '--id', 'bad', '--input', '{"total":-1}', '--wait'])
  })

  test('show how an execution ended', async () => {
    const good = await cli(['show', 'good'])
    expect(good.stdout).toMatch(/^id {8}good\nworkflow {2}order version 1\nstatus {4}completed\n/)
    expect(good.stdout).toContain(`output    ${JSON.stringify(OUTPUT)}\n`)
    const bad = await cli(['show', 'bad'])
    expect(bad.stdout).toContain("error     StepFailed: Step 'charge' failed after 2 attempts: no \\x1b[31mmoney\n  caused by Error: no \\x1b[31mmoney\n")
    expect(documentOf(await cli(['show', 'bad', '--json']))).toMatchObject({
      id: 'bad', status: 'failed', worker: null, output: null, error: { name: 'StepFailed', cause: { name: 'Error' } },
    })
  })

  test('print the events with readable data', async () => {
    const { stdout } = await cli(['history', 'bad'])
    expect(stdout.split('\n').map((line) => line.trim().split(/ +/).slice(2, 4).join(' '))).toEqual([
      'EVENT COMMAND', 'ExecutionStarted input={"total":-1}', 'StepRetrying charge', 'StepFailed charge', expect.stringMatching(/^ExecutionFailed /), '',
    ])
    const json = documentOf(await cli(['history', 'good', '--json']))
    expect(json).toMatchObject({
      id: 'good',
      events: [
        { seq: 1, type: 'ExecutionStarted', command: null, data: { input: { total: 5 } } },
        { seq: 2, type: 'StepCompleted', command: 'charge', data: { output: OUTPUT } },
        { seq: 3, type: 'ExecutionCompleted', data: { output: OUTPUT } },
      ],
    })
    expect(JSON.stringify(documentOf(await cli(['history', 'bad', '--json'])))).not.toContain('"stack"')
  })

  test.each([['show'], ['history']])('%s of an id there is not', async (command) => {
    expect(await cli([command, 'nope'])).toEqual({ code: 1, stdout: '', stderr: "error ExecutionNotFound: There is no execution 'nope'.\n" })
    expect(documentOf(await cli([command, 'nope', '--json']))).toEqual({ error: { code: 'ExecutionNotFound', message: "There is no execution 'nope'." } })
  })
})

describe('baton migrate', () => {
  test('says what ran, then that there is nothing to do', async () => {
    const argv = ['migrate', '--schema', 'elsewhere']
    expect(await cli(argv)).toEqual({ code: 0, stderr: '', stdout: `Schema 'elsewhere' is up to date; ran:\n${Object.keys(migrations).map((name) => `  ${name}\n`).join('')}` })
    expect(await cli(argv)).toEqual({ code: 0, stderr: '', stdout: "Schema 'elsewhere' is up to date.\n" })
    expect(documentOf(await cli([...argv, '--json']))).toEqual({ schema: 'elsewhere', ran: [] })
  })

  test('is asked for where a database of the user’s has no schema', async () => {
    expect(await cli(['list', '--schema', 'nowhere'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error SchemaMissing: .*baton migrate/) })
    expect(await cli(['start', 'w', '--schema', 'made', '--migrate'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error UnknownWorkflow/) })
    expect(await cli(['list', '--schema', 'Bad-Name'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error InvalidSchemaName/) })
  })
})

test('a database there is not', async () => {
  const url = new URL(database.url)
  url.pathname = '/never_made'
  expect(await cli(['list', '--url', url.href])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error DatabaseNotFound: .*never_made/) })
})
