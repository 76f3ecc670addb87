import { executionStatuses } from '@baton/runtime'
import { describe, expect, test } from 'vitest'
import { documentOf, runCli } from './support/run-cli.ts'

const COMMANDS = [
  'build', 'graph', 'migrate', 'worker', 'start', 'list', 'show', 'history', 'stream', 'patches', 'schedules',
  'signal', 'update', 'query', 'complete', 'fail', 'stop', 'kill', 'pause', 'resume', 'restart',
]

describe('help', () => {
  test('lists every command, on stdout, and succeeds', async () => {
    const { code, stdout, stderr } = await runCli(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command} `)
  })

  test.each(COMMANDS)('of %s shows an example and the options all commands have', async (command) => {
    const { code, stdout } = await runCli([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Example:\n  $ baton ${command}`)
    expect(stdout).toContain('--json')
    expect(stdout).toContain('--debug')
  })

  test('is what a bare command gets, as a mistake', async () => {
    const { code, stdout, stderr } = await runCli([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: baton')
  })

  test('has no colours for a pipe', async () => {
    expect((await runCli(['--help'])).stdout).not.toContain('\u001B')
  })
})

test('the version is the package’s', async () => {
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' })
})

describe('a command line that makes no sense ends with 2 and says what to do', () => {
  const cases: Record<string, readonly [argv: readonly string[], says: string]> = {
    'a command with a typo': [['biuld'], 'Did you mean build?'],
    'an option with a typo': [['list', '--limt', '3'], 'Did you mean --limit?'],
    'a missing argument': [['show'], "missing required argument 'id'"],
    'an argument too many': [['list', 'everything'], 'too many arguments'],
    'a limit that is no number': [['list', '--limit', 'x'], 'Give a whole number from 1 to 500.'],
    'a limit out of range': [['list', '--limit', '501'], 'Give a whole number from 1 to 500.'],
    'slots below one': [['worker', 'x.ts', '--slots', '0'], 'Give a whole number from 1'],
    'an empty queue name': [['worker', 'x.ts', '--queues', 'a,,b'], 'Give names with commas between them.'],
    'a status there is not': [['list', '--status', 'done'], `Allowed choices are ${executionStatuses.join(', ')}.`],
    'a format there is not': [['graph', '--format', 'svg'], 'Allowed choices are mermaid, dot.'],
    'input twice': [['start', 'w', '--input', '1', '--input-file', 'x'], 'cannot be used with'],
    'check and watch': [['build', '--check', '--watch'], 'cannot be used with'],
    'input that is not JSON': [['start', 'w', '--input', '{oops'], "Quote it for the shell: --input '"],
    'an argument of a signal that is not JSON': [['signal', 'e', 'put', '1', 'tea'], 'The argument from place 2 is not JSON'],
    'a text without its quotes': [['update', 'e', 'add', 'tea'], `a text twice: '"hello"'`],
    'two arguments from stdin': [['query', 'e', 'content', '-', '-'], 'Only one argument can be read from stdin.'],
    'a message without a name': [['signal', 'e'], "missing required argument 'name'"],
    'a failure without a message': [['fail', 'token'], "missing required argument 'message'"],
    'a value of a token that is not JSON': [['complete', 'token', 'yes'], 'The value is not JSON.'],
  }
  test.each(Object.entries(cases))('%s', async (_, [argv, says]) => {
    const { code, stdout, stderr } = await runCli(argv)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })

  test.each([['complete', 'TOP'], ['complete', 'TOP', 'SECRET'], ['complete', '1', 'TOP SECRET', '2'], ['fail', 'TOP SECRET']])('and does not repeat what may be a token: %j', async (...argv) => {
    for (const more of [[], ['--json'], ['--debug']]) {
      const { stdout, stderr } = await runCli([...argv, ...more])
      expect(stdout + stderr).not.toMatch(/TOP|SECRET/)
    }
  })

  test('with --json as a document', async () => {
    const ran = await runCli(['biuld', '--json'])
    expect(ran).toMatchObject({ code: 2, stderr: '' })
    expect(documentOf(ran)).toEqual({ error: { code: 'Usage', message: expect.stringMatching(/unknown command 'biuld'.*Did you mean build\?/) } })
  })

  test('stdin that is not JSON', async () => {
    const { code, stderr } = await runCli(['start', 'w', '--input', '-'], { stdin: 'hello' })
    expect(code).toBe(2)
    expect(stderr).toContain('The input from stdin is not JSON')
  })
})
