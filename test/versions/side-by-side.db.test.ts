// A13: two versions of a workflow in one worker, each execution on its own.
import { Baton, Worker } from '@baton/runtime'
import { condition, executeChild, Query, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { locality } from '../support/worker.ts'

@Workflow({ name: 'greeting', version: '9' })
class Old {
  protected open = false

  @Step() async greet(name: string): Promise<string> {
    return `hello ${name}`
  }

  @Signal() async go(): Promise<void> {
    this.open = true
  }

  @Query() which(): string {
    return 'old'
  }

  @Run() async run({ name, wait }: { name: string; wait?: boolean }): Promise<string> {
    if (wait) await condition(() => this.open)
    return this.greet(name)
  }
}

@Workflow({ name: 'greeting', version: '10' })
class New {
  #open = false

  @Step({ prefer: 'remote' }) async greet(name: string, mark: string): Promise<string> {
    return `good day, ${name}${mark}`
  }

  @Signal() async go(): Promise<void> {
    this.#open = true
  }

  @Query() which(): string {
    return 'new'
  }

  @Run() async run({ name, wait }: { name: string; wait?: boolean }): Promise<string> {
    if (wait) await condition(() => this.#open)
    return this.greet(name, '!')
  }
}

@Workflow({ name: 'parent' })
class Parent {
  @Run() async run(): Promise<unknown> {
    return [
      await executeChild(Old, { input: { name: 'a' } }), await executeChild(New, { input: { name: 'b' } }),
      await executeChild('greeting', { input: { name: 'c' } }),
    ]
  }
}

const quiet = { log: () => {}, locality }

test('a start by class runs that version, one by name the highest, of starts and of children', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using _worker = await Worker.start({ url, workflows: [New, Old, Parent], ...quiet })
  await using baton = await Baton.connect(url)
  expect(await baton.execute(Old, { id: 'old', input: { name: 'ann' } })).toBe('hello ann')
  expect(await baton.execute(New, { id: 'new', input: { name: 'ann' } })).toBe('good day, ann!')
  expect(await baton.execute('greeting', { id: 'named', input: { name: 'bob' } })).toBe('good day, bob!')
  expect((await baton.handle('old').describe()).version).toBe('9')
  expect((await baton.handle('named').describe()).version).toBe('10')
  expect(await baton.execute(Parent, { id: 'parent', input: undefined })).toEqual(['hello a', 'good day, b!', 'good day, c!'])
})

test('what is parked, asked and sent away belongs to its version', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using _worker = await Worker.start({ url, workflows: [New, Old], parkAfter: 10, ...quiet, locality: false })
  await using baton = await Baton.connect(url)
  const handles = [
    await baton.start(Old, { id: 'old', input: { name: 'ann', wait: true } }), await baton.start(New, { id: 'new', input: { name: 'ann', wait: true } }),
  ] as const
  for (const handle of handles) await expect.poll(async () => (await handle.describe()).worker, { interval: 5, timeout: 20_000 }).toBeUndefined()
  expect(await handles[0].query('which')).toBe('old')
  expect(await handles[1].query('which')).toBe('new')
  for (const handle of handles) await handle.signal('go')
  expect(await handles[0].result()).toBe('hello ann')
  expect(await handles[1].result()).toBe('good day, ann!')
})

test('by name starts the highest version that a live worker serves, in whatever order workers start', async () => {
  await using database = await createDatabase()
  const { url } = database
  await using baton = await Baton.connect(url)
  {
    await using _new = await Worker.start({ url, workflows: [New], ...quiet })
    await using _old = await Worker.start({ url, workflows: [Old], ...quiet })
    expect(await baton.execute('greeting', { input: { name: 'a' } })).toBe('good day, a!')
  }
  await using _old = await Worker.start({ url, workflows: [Old], ...quiet })
  expect(await baton.execute('greeting', { input: { name: 'a' } })).toBe('hello a')
})

test('two classes of one name and version are refused', async () => {
  @Workflow({ name: 'greeting', version: '9' })
  class Same {
    @Run() async run(): Promise<void> {}
  }
  await expect(Worker.start({ url: 'postgres://nowhere.invalid/x', workflows: [Old, Same] })).rejects.toThrow(
    expect.objectContaining({ code: 'DuplicateWorkflow', message: expect.stringContaining("version '9' of workflow 'greeting'") as unknown }) as Error,
  )
})
