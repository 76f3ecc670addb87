// baton signal, update, query, complete, fail, stop, kill, pause, resume and restart, and how baton show tells what came of them.
import { Worker } from '@baton/runtime'
import { Run, sleep, Workflow } from '@baton/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { marksFile } from '../support/marks.ts'
import { talkingWorkflows } from '../support/talking-workflows.ts'
import { documentOf, type Ran, runCli, type RunOptions } from './support/run-cli.ts'

/** Waits for what is not in its log: it is blocked, and again each time it is tried. */
@Workflow({ name: 'foreign' })
class Foreign {
  @Run() async run(): Promise<string> {
    await new Promise(() => {})
    return 'never'
  }
}

@Workflow({ name: 'sleeper' })
class Sleeper {
  @Run() async run(): Promise<void> {
    await sleep('1h')
  }
}

let stack: AsyncDisposableStack
let database: Awaited<ReturnType<typeof createDatabase>>
let marks: ReturnType<typeof marksFile>
beforeAll(async () => {
  stack = new AsyncDisposableStack()
  marks = stack.use(marksFile())
  database = stack.use(await createDatabase())
  const worker = await Worker.start({ url: database.url, workflows: [...talkingWorkflows, Foreign, Sleeper] })
  stack.defer(() => worker.stop())
})
afterAll(() => stack.disposeAsync())

const cli = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> => runCli(argv, { env: { DATABASE_URL: database.url }, ...options })
const json = async (...argv: string[]): Promise<unknown> => documentOf(await cli([...argv, '--json']))
const error = (code: string): object => ({ stdout: '', stderr: expect.stringContaining(`error ${code}: `) as unknown })

let ids = 0
let id = ''
beforeEach(() => {
  id = `e${++ids}`
})
const start = async (workflow: string, input: unknown): Promise<void> => {
  expect(await cli(['start', workflow, '--id', id, '--input', JSON.stringify(input)])).toMatchObject({ code: 0 })
}
const ended = async (status: string): Promise<void> => {
  await expect.poll(() => json('show', id), { timeout: 10_000 }).toMatchObject({ status })
}

describe('baton signal, update and query', () => {
  test('send, answer and print, for people and as documents', async () => {
    await start('basket', { want: 4 })
    expect(await cli(['signal', id, 'put', '"tea"'])).toEqual({ code: 0, stdout: '', stderr: `Sent signal put to ${id}\n` })
    const twice = ['signal', id, 'put', '-', '--message-id', 'm1', '--json']
    for (const ran of [await cli(twice, { stdin: '"milk"' }), await cli(twice, { stdin: '"milk"' })]) expect(documentOf(ran)).toEqual({ id, signal: 'put', messageId: 'm1' })
    await expect.poll(() => json('query', id, 'content')).toEqual({ id, query: 'content', output: ['tea', 'milk'] })
    expect(await cli(['query', id, 'content'])).toEqual({ code: 0, stdout: '[\n  "tea",\n  "milk"\n]\n', stderr: '' })
    expect(await json('update', id, 'add', '"fig"', '--message-id', 'm2')).toEqual({ id, update: 'add', messageId: 'm2', output: 3 })
    expect(await json('update', id, 'add', '"fig"', '--message-id', 'm2')).toEqual({ id, update: 'add', messageId: 'm2', output: 3 })
    expect(await cli(['update', id, 'add', '"nut"'])).toEqual({ code: 0, stdout: '4\n', stderr: '' })
    await ended('completed')
    expect(await cli(['signal', id, 'put', '"late"'])).toMatchObject({ code: 1, ...error('ExecutionEnded') })
    expect(await json('query', id, 'content')).toMatchObject({ output: ['tea', 'milk', 'FIG', 'NUT'] })
  })

  test('what the workflow does not take is a mistake of the command line, what it refuses is a failure', async () => {
    await start('basket', { want: 1 })
    for (const command of ['signal', 'update', 'query']) expect(await cli([command, id, 'putt'])).toMatchObject({ code: 2, ...error('UnknownHandler') })
    expect((await cli(['signal', id, 'putt'])).stderr).toContain("did you mean 'put'")
    expect(await cli(['signal', id, 'put', '5'])).toMatchObject({ code: 2, ...error('InvalidPayload') })
    expect(await cli(['update', id, 'add', '-5'])).toMatchObject({ code: 2, ...error('InvalidPayload') })
    expect(await json('signal', id, 'put', '5')).toEqual({ error: { code: 'InvalidPayload', message: expect.stringContaining('expected string') as unknown } })
    expect(await cli(['update', id, 'add', '"stone"'])).toMatchObject({ code: 1, ...error('UpdateRejected') })
    expect(await cli(['update', id, 'add', '"glass"'])).toMatchObject({ code: 1, ...error('UpdateFailed') })
    expect(await cli(['signal', 'nobody', 'put', '"tea"'])).toMatchObject({ code: 1, ...error('ExecutionNotFound') })
    expect((await json('history', id) as { events: { type: string }[] }).events.map(({ type }) => type)).not.toContain('SignalReceived')
  })

  test('Ctrl-C ends the waiting for an update, and says how to ask again', async () => {
    await using empty = await createDatabase()
    const env = { DATABASE_URL: empty.url }
    const worker = await Worker.start({ url: empty.url, workflows: talkingWorkflows })
    expect(await cli(['start', 'basket', '--id', id, '--input', '{"want":1}'], { env })).toMatchObject({ code: 0 })
    await worker.stop() // nobody is there to answer
    const waiting = Promise.withResolvers<() => void>()
    const asked = cli(['update', id, 'add', '"fig"', '--message-id', 'm1'], { env, onWaiting: (signal) => waiting.resolve(() => signal('SIGINT')) })
    ;(await waiting.promise)()
    expect(await asked).toEqual({ code: 130, stdout: '', stderr: 'No longer waiting; if the update has been sent it goes on. Ask again with --message-id m1\n' })
  })
})

describe('baton complete and fail', () => {
  const token = async (): Promise<string> => {
    await start('review', 60_000)
    const keys = (): readonly string[] => marks.read().filter(({ key }) => key.startsWith(`${id}/`)).map(({ key }) => key.slice(key.indexOf(' ') + 1))
    await expect.poll(keys, { timeout: 10_000 }).toHaveLength(1)
    return keys()[0] ?? ''
  }

  test('end the wait of a token once, and never print it', async () => {
    const secret = await token()
    const done = await cli(['complete', '-', '{"ok":true}'], { stdin: `${secret}\n` })
    expect(done).toEqual({ code: 0, stdout: '', stderr: 'Completed\n' })
    await ended('completed')
    expect(await json('show', id)).toMatchObject({ output: { ok: true } })
    for (const argv of [['complete', secret, '{"ok":true}', '--debug'], ['fail', secret, 'no', '--json']]) {
      const again = await cli(argv)
      expect(again.code).toBe(1)
      expect(again.stdout + again.stderr).toMatch(/InvalidToken|ExecutionEnded/)
      expect(again.stdout + again.stderr).not.toContain(secret)
    }
  })

  test('fail is the workflow’s ApplicationError', async () => {
    expect(await json('fail', await token(), 'not signed')).toEqual({ token: 'failed' })
    await ended('failed')
    expect(await json('show', id)).toMatchObject({ error: { name: 'ApplicationError', message: 'not signed' } })
  })

  test('a value that does not fit fails the wait; what is no token is a mistake of the command line', async () => {
    expect(await json('complete', await token())).toEqual({ token: 'completed' })
    await ended('failed')
    expect(await cli(['complete', 'nonsense', '1'])).toMatchObject({ code: 2, ...error('InvalidToken') })
    expect(await json('fail', 'nonsense', 'no')).toMatchObject({ error: { code: 'InvalidToken' } })
  })
})

describe('baton stop, kill, pause, resume and restart', () => {
  test('stop lets it clean up, and a wait for it says how it ended', async () => {
    const waiting = cli(['start', 'trip', '--id', id, '--input', '"waits"', '--wait', '--json'])
    await expect.poll(() => json('show', id), { timeout: 10_000 }).toMatchObject({ waitsFor: [{ kind: 'timer', dueAt: expect.any(String) as unknown, execution: null }] })
    expect((await cli(['show', id])).stdout).toMatch(/\nwaits for +timer sleep, due in 59m\n/)
    expect(await cli(['stop', id, '--reason', 'a duplicate'])).toEqual({ code: 0, stdout: '', stderr: `Asked ${id} to stop\n` })
    const ran = await waiting
    expect(ran.code).toBe(1)
    expect(documentOf(ran)).toMatchObject({ id, status: 'stopped', error: { code: 'ExecutionStopped', cause: { name: 'Cancelled', message: expect.stringContaining('a duplicate') as unknown } } })
    expect(await json('show', id)).toMatchObject({ status: 'stopped', waitsFor: [], error: { name: 'Cancelled' } })
    expect((await cli(['history', id])).stdout).toContain('cancelHotel')
    expect(await json('stop', id)).toMatchObject({ error: { code: 'ExecutionEnded' } })
    expect((documentOf(await cli(['list', '--status', 'stopped', '--json'])) as { executions: unknown[] }).executions).toMatchObject([{ id }])
  })

  test('kill ends it without', async () => {
    await start('trip', 'waits')
    await expect.poll(() => json('show', id), { timeout: 10_000 }).toMatchObject({ waitsFor: [{ kind: 'timer' }] })
    expect(await json('kill', id)).toEqual({ id, requested: 'kill', reason: 'asked on the command line' })
    await ended('killed')
    const { stdout } = await cli(['show', id])
    expect(stdout).toMatch(/\nstatus +killed\n/)
    expect(stdout).toMatch(/\nerror +Killed: .*asked on the command line/)
    expect((await cli(['history', id])).stdout).not.toContain('cancelHotel')
    expect(await cli(['kill', 'nobody'])).toMatchObject({ code: 1, ...error('ExecutionNotFound') })
  })

  test('an execution that ran out of time says so', async () => {
    const { code, stderr } = await cli(['start', 'limited', '--id', id, '--wait'])
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('error ExecutionTimedOut: ') as unknown })
    expect(await json('show', id)).toMatchObject({ status: 'timed_out', output: null, error: { code: expect.any(String) as unknown } })
  })

  test('resume has a blocked one tried again, and says if there is nothing to resume', async () => {
    await start('foreign', null)
    await ended('blocked')
    expect(await cli(['resume', id])).toEqual({ code: 0, stdout: '', stderr: `${id} will go on\n` })
    await ended('blocked')
    expect(await json('resume', id)).toEqual({ id, resumed: true })
    await cli(['start', 'sleeper', '--id', `${id}s`])
    expect(await cli(['resume', `${id}s`])).toEqual({ code: 1, stdout: '', stderr: `${id}s is neither paused nor blocked\n` })
    expect(await json('resume', `${id}s`)).toEqual({ id: `${id}s`, resumed: false })
    expect(await cli(['resume', 'nobody'])).toMatchObject({ code: 1, ...error('ExecutionNotFound') })
  })
})

describe('baton pause and restart', () => {
  test('a paused execution waits until it is resumed', async () => {
    await start('basket', { want: 1 })
    expect(await cli(['pause', id])).toEqual({ code: 0, stdout: '', stderr: `Asked ${id} to pause\n` })
    await ended('paused')
    expect(await cli(['pause', id])).toEqual({ code: 1, stdout: '', stderr: `${id} is paused already\n` })
    expect(await json('pause', id)).toEqual({ id, requested: 'pause', changed: false })
    expect(await cli(['signal', id, 'put', '"tea"'])).toMatchObject({ code: 0 })
    expect(await json('show', id)).toMatchObject({ status: 'paused' })
    expect(await json('resume', id)).toEqual({ id, resumed: true })
    await ended('completed')
    expect(await json('show', id)).toMatchObject({ output: ['tea'] })
    expect(await cli(['pause', id])).toMatchObject({ code: 1, ...error('ExecutionEnded') })
  })

  test('restart runs it again, with its input or another, once it has ended', async () => {
    await start('squares', { numbers: [2] })
    await ended('completed')
    expect(await cli(['restart', id, '--input', '{"numbers":[3]}'])).toEqual({ code: 0, stdout: '', stderr: `${id} runs again\n` })
    await ended('completed')
    expect(await json('show', id)).toMatchObject({ runs: 2, output: [10] })
    expect(await json('restart', id)).toEqual({ id, restarted: true })
    await expect.poll(() => json('show', id), { timeout: 10_000 }).toMatchObject({ status: 'completed', runs: 3 })
    await cli(['start', 'sleeper', '--id', `${id}s`])
    expect(await cli(['restart', `${id}s`])).toMatchObject({ code: 1, ...error('NotEnded') })
    expect(await cli(['restart', id, '--input', '{'])).toMatchObject({ code: 2 })
  })
})

describe('baton show', () => {
  test('names the parent of a child, and the child a parent waits for', async () => {
    await start('parent', { ms: 60_000, policy: 'kill', wait: true })
    const shown = (): Promise<unknown> => json('show', id)
    await expect.poll(shown, { timeout: 10_000 }).toMatchObject({ parent: null, runs: 1, waitsFor: [{ kind: 'child', execution: expect.any(String) as unknown }] })
    const [wait] = (await shown() as { waitsFor: { execution: string }[] }).waitsFor
    const child = wait?.execution ?? ''
    expect((await cli(['show', id])).stdout).toContain(`, execution ${child}\n`)
    expect(await json('show', child)).toMatchObject({ parent: id })
    expect((await cli(['show', child])).stdout).toMatch(new RegExp(`\\nparent +${id}\\n`))
    await cli(['kill', id])
    await ended('killed')
  })

  test('counts the runs', async () => {
    await start('relay', { rounds: 3, words: [] })
    for (const word of ['a', 'b', 'c']) {
      await cli(['signal', id, 'tell', `"${word}"`])
      await expect.poll(async () => JSON.stringify(await json('history', id)), { timeout: 10_000 }).toContain(`"${word}"`)
    }
    await ended('completed')
    const { runs, output } = await json('show', id) as { runs: number; output: { runs: number } }
    expect(runs).toBe(output.runs)
    expect(runs).toBeGreaterThan(1)
    expect((await cli(['show', id])).stdout).toMatch(new RegExp(`\\nruns +${runs}\\n`))
  })
})
