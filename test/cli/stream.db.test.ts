import { Baton, Worker } from '@baton/runtime'
import { Run, sleep, Step, stepContext, Workflow } from '@baton/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { type Ran, runCli, type RunOptions } from './support/run-cli.ts'

@Workflow({ name: 'talker' })
class Talker {
  @Step() async talk(): Promise<void> {
    await stepContext().publish('words', { text: 'a\u001B[31mb', at: new Date(0) })
    await stepContext().publish('words', 'c')
  }

  @Run() async run(ms: number): Promise<void> {
    await this.talk()
    await sleep(ms)
  }
}

let database: Awaited<ReturnType<typeof createDatabase>>
let worker: Worker
beforeAll(async () => {
  database = await createDatabase()
  worker = await Worker.start({ url: database.url, workflows: [Talker] })
  await using baton = await Baton.connect(database.url)
  await baton.start(Talker, { id: 'long', input: 3_600_000 })
  await baton.execute(Talker, { id: 'short', input: 0 })
})
afterAll(async () => {
  await worker.stop()
  await database[Symbol.asyncDispose]()
})

const cli = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> => runCli(argv, { env: { DATABASE_URL: database.url }, ...options })

describe('baton stream', () => {
  test('prints an item a line, from an offset on', async () => {
    const { code, stdout } = await cli(['stream', 'short', 'words'])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^0 \S+Z \{"text":"a\\u001b\[31mb","at":"1970-01-01T00:00:00.000Z"\}$/) as unknown,
      expect.stringMatching(/^1 \S+Z "c"$/) as unknown,
      '',
    ])
    const json = await cli(['stream', 'short', 'words', '--from', '1', '--json'])
    expect(JSON.parse(json.stdout)).toEqual({ offset: 1, at: expect.any(String) as unknown, command: 'talk', attempt: 1, value: 'c' })
  })

  test('--follow ends with the execution, or by Ctrl-C', async () => {
    expect((await cli(['stream', 'short', 'words', '--follow'])).stdout.split('\n')).toHaveLength(3)
    const long = await cli(['stream', 'long', 'words', '--follow'], {
      onStdout: (text, signal) => {
        if (text.split('\n').length === 3) signal('SIGINT')
      },
    })
    expect(long).toMatchObject({ code: 130, stderr: '' })
  })

  test('says what there is not', async () => {
    expect(await cli(['stream', 'nobody', 'words'])).toMatchObject({ code: 1, stderr: expect.stringContaining('ExecutionNotFound') as unknown })
    expect(await cli(['stream', 'short', 'a b'])).toMatchObject({ code: 1, stderr: expect.stringContaining('InvalidStreamName') as unknown })
    expect(await cli(['stream', 'short', 'words', '--from', '-1'])).toMatchObject({ code: 2 })
  })
})
