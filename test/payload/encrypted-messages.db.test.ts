// All that executions say to each other and to clients passes the codec: messages and answers, children, iterations, further
// runs, streams, memos and heartbeats.
import { aesGcmCodec, Baton, Worker } from '@baton/runtime'
import {
  condition, continueAsNew, executeChild, externalExecution, externalToken, forEach, publish, Query, Run, Signal, Step, stepContext, Update, Workflow,
} from '@baton/sdk'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { aKey } from './a-key.ts'
import { recordWrites } from './written-rows.ts'

const CANARY = 'canary-4111-1111'

@Workflow({ name: 'confidant' })
class Confidant {
  @Run() async run(secret: string): Promise<string> {
    if (secret.endsWith('bad')) throw new Error(secret)
    return `${secret} child`
  }
}

@Workflow({ name: 'talker' })
class Talker {
  #heard: string[] = []

  @Signal() hear(word: string): void {
    this.#heard.push(word)
  }

  @Query() heard(suffix: string): string {
    return this.#heard.join() + suffix
  }

  @Update() async add(word: string): Promise<string> {
    if (word.endsWith('bad')) throw new Error(word)
    this.#heard.push(word)
    return `${word} added`
  }

  @Step({ prefer: 'remote' }) async tell(word: string): Promise<string> {
    stepContext().heartbeat({ word })
    await stepContext().publish('words', `${word} of a step`)
    return word
  }

  @Run() async run({ secret, second = false }: { secret: string; second?: boolean }): Promise<string> {
    if (second) {
      publish('words', `${secret} of run`)
      await externalExecution('listener').signal('hear', secret)
      const failed = await executeChild(Confidant, { input: `${secret} bad` }).catch((error: Error) => (error.cause as Error).message)
      const items = await forEach([1, 2], {}, async (item) => this.tell(`${secret} ${item}`))
      return [await executeChild(Confidant, { input: secret }), failed, ...items].join()
    }
    const token = await externalToken<string>('word')
    publish('tokens', token.token)
    const told = await token.wait()
    await condition(() => this.#heard.length >= 2)
    return continueAsNew<typeof this.run>({ secret: told, second: true })
  }
}

@Workflow({ name: 'listener' })
class Listener {
  #word: string | undefined

  @Signal() hear(word: string): void {
    this.#word = word
  }

  @Run() async run(): Promise<string> {
    await condition(() => this.#word !== undefined)
    return this.#word ?? ''
  }
}

test('nothing that is said stands readable in any table, at any time', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using writes = await recordWrites(url)
  const payloads = { codecs: [aesGcmCodec({ keys: [aKey('one')] })] }
  const serve = { url, workflows: [Confidant, Talker, Listener], log: () => {}, payloads }
  await using _worker = await Worker.start(serve)
  await using baton = await Baton.connect(url, { payloads })
  const listener = await baton.start(Listener, { id: 'listener', input: undefined })
  const handle = await baton.start(Talker, { id: 'talker', input: { secret: CANARY }, memo: { note: CANARY } })
  expect((await handle.describe()).memo).toEqual({ note: CANARY })
  for await (const { value } of handle.stream<string>('tokens')) {
    await baton.complete(value, CANARY)
    break
  }
  await handle.with({ id: 'once' }).signal('hear', CANARY)
  expect(await handle.query('heard', ` ${CANARY}?`)).toBe(`${CANARY} ${CANARY}?`)
  await expect(handle.update('add', `${CANARY} bad`)).rejects.toMatchObject({ cause: { message: `${CANARY} bad` } })
  expect(await handle.update('add', CANARY)).toBe(`${CANARY} added`)
  expect(await handle.result()).toBe(`${CANARY} child,${CANARY} bad,${CANARY} 1,${CANARY} 2`)
  expect(await listener.result()).toBe(CANARY)
  expect(await handle.query('heard', CANARY)).toContain(CANARY) // from its log: it has ended
  const words: string[] = []
  for await (const { value } of handle.stream<string>('words')) words.push(value)
  expect(words.toSorted()).toEqual([`${CANARY} 1 of a step`, `${CANARY} 2 of a step`, `${CANARY} of run`])
  const other = await baton.signalWithStart(Talker, { id: 'killed', input: { secret: CANARY }, signal: { name: 'hear', args: [CANARY] } })
  await other.kill(CANARY)
  await expect(other.result()).rejects.toMatchObject({ code: 'ExecutionKilled' })
  const lines = await writes.texts()
  const tables = new Set(lines.map((line) => line.split(' ', 1)[0]))
  for (const table of ['events', 'inbox', 'answers', 'tasks', 'stream_items', 'executions']) expect(tables).toContain(table)
  expect(lines.filter((line) => line.includes('canary'))).toEqual([])
})
