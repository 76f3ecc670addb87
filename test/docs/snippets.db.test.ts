// Snippets marked `run` do what their page says, on a Postgres.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { readPages, type Snippet, writeOut } from './snippets.ts'

const pages = readPages().filter(({ snippets }) => snippets.some(({ run }) => run !== 'no'))

interface Running extends AsyncDisposable {
  readonly child: ChildProcess
  stdout(): string
  stderr(): string
  readonly ended: Promise<unknown>
}

function start(folder: string, { file }: Snippet, url: string): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@baton/source', file], {
    cwd: folder, env: { ...process.env, DATABASE_URL: url }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name]?.setEncoding('utf8').on('data', (text: string) => { texts[name] += text })
  const ended = once(child, 'close')
  return {
    child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

test.each(pages)('the snippets of $name run and print what the page says', { timeout: 60_000 }, async (page) => {
  await using database = await createDatabase()
  using written = writeOut([page])
  await using stack = new AsyncDisposableStack()
  const background: Running[] = []
  for (const snippet of page.snippets) {
    if (snippet.run === 'no') continue
    const running = stack.use(start(join(written.folder, page.name), snippet, database.url))
    if (snippet.run === 'until stopped') {
      background.push(running)
      await expect.poll(() => running.stdout() || running.stderr(), { timeout: 20_000, interval: 10 }).not.toBe('')
    } else await running.ended
    expect(running.stderr(), snippet.place).toBe('')
    if (snippet.run === 'to its end') expect(running.child.exitCode, snippet.place).toBe(0)
    if (snippet.output !== undefined) expect(running.stdout(), snippet.place).toBe(snippet.output)
  }
  for (const { child, ended, stderr } of background) {
    child.kill('SIGTERM')
    await ended
    expect([child.exitCode, child.signalCode, stderr()]).toEqual([0, null, ''])
  }
})

test('the README and the quickstart are among them', () => {
  expect(pages.map(({ name }) => name)).toEqual(expect.arrayContaining(['README', 'quickstart']))
})
