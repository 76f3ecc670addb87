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
  /** It has printed something, or ended. */
  readonly said: Promise<unknown>
  readonly ended: Promise<unknown>
}

function start(folder: string, { file }: Snippet, url: string): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@baton/source', file], {
    cwd: folder, env: { ...process.env, DATABASE_URL: url }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => { texts[name] += text })
  const ended = once(child, 'close')
  const said = Promise.race([once(child.stdout, 'data'), ended])
  return {
    child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    said,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

/** What a snippet came to, in the form of what its page promises. */
interface Ran {
  readonly place: string
  readonly stdout: string | undefined
  readonly stderr: string
  readonly exit: number | NodeJS.Signals | null
}

const ran = ({ place, output }: Snippet, { child, stdout, stderr }: Running): Ran =>
  ({ place, stdout: output === undefined ? undefined : stdout(), stderr: stderr(), exit: child.exitCode ?? child.signalCode })

test.each(pages)('the snippets of $name run and print what the page says', { timeout: 60_000 }, async (page) => {
  await using database = await createDatabase()
  using written = writeOut([page])
  await using stack = new AsyncDisposableStack()
  const snippets = page.snippets.filter(({ run }) => run !== 'no')
  const begun: (readonly [Snippet, Running])[] = []
  for (const snippet of snippets) {
    const running = stack.use(start(join(written.folder, page.name), snippet, database.url))
    begun.push([snippet, running])
    await (snippet.run === 'until stopped' ? running.said : running.ended)
  }
  // Those that run until they are stopped; to the others, which have ended, it means nothing.
  for (const [, { child }] of begun) child.kill('SIGTERM')
  for (const [, { ended }] of begun) await ended
  expect(begun.map(([snippet, running]) => ran(snippet, running))).toEqual(
    snippets.map(({ place, output }): Ran => ({ place, stdout: output, stderr: '', exit: 0 })),
  )
})

test('the README and the quickstart are among them', () => {
  expect(pages.map(({ name }) => name)).toEqual(expect.arrayContaining(['README', 'quickstart']))
})
