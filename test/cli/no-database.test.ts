import { describe, expect, test } from 'vitest'
import { projectFolder } from './support/project-folder.ts'
import { documentOf, runCli } from './support/run-cli.ts'

const SECRET = 'hunter2'
/** Nothing listens on port 1. */
const NOWHERE = `postgres://me:${SECRET}@127.0.0.1:1/app`

describe('without a database', () => {
  test.each([['list'], ['show', 'x'], ['history', 'x'], ['start', 'w']])('%s says how to name one, and makes none', async (...argv) => {
    await using folder = await projectFolder()
    const { code, stdout, stderr } = await runCli(argv, { cwd: folder.path })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('error NoDatabase: ')
    expect(stderr).toContain('--url')
    expect(stderr).toContain('DATABASE_URL')
  })

  test.each([['list'], ['migrate'], ['start', 'w']])('%s says that a server cannot be reached, without its password', async (...argv) => {
    const { code, stderr } = await runCli([...argv, '--url', NOWHERE])
    expect(code).toBe(1)
    expect(stderr).toBe(
      'error DatabaseUnreachable: Postgres at 127.0.0.1:1/app cannot be reached: connect ECONNREFUSED 127.0.0.1:1.\n' +
        '  hint: Check --url or DATABASE_URL, and that the server runs.\n',
    )
  })

  test('takes DATABASE_URL for --url', async () => {
    const ran = await runCli(['list', '--json'], { env: { DATABASE_URL: NOWHERE } })
    expect(ran).toMatchObject({ code: 1, stderr: '' })
    expect(documentOf(ran)).toMatchObject({ error: { code: 'DatabaseUnreachable' } })
  })

  test('with --debug shows stacks and causes, still without the password', async () => {
    const { stderr } = await runCli(['list', '--debug', '--url', NOWHERE])
    expect(stderr).toMatch(/^ {4}at /m)
    expect(stderr).toContain('caused by: Error: connect ECONNREFUSED')
    expect(stderr).not.toContain(SECRET)
  })

  test('refuses a URL of something else and does not repeat it', async () => {
    const { code, stderr } = await runCli(['list', '--url', `mysql://me:${SECRET}@host/db`])
    expect(code).toBe(1)
    expect(stderr).toContain('error InvalidDatabaseUrl: --url is not the URL of a Postgres database.')
    expect(stderr).not.toContain(SECRET)
  })
})
