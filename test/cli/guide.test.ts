import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './support/run-cli.ts'

const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/cli.md'), 'utf8')
/** What stands behind a pipe is another program's. */
const examples = [...guide.matchAll(/^\$ baton ([^|\n]*)/gm)].map(([, line]) => line?.trim() ?? '')

test.each(examples)('the guide’s example `baton %s` names a command and options there are', async (line) => {
  const [command = ''] = line.split(' ')
  const { code, stdout } = await runCli([command, '--help'])
  expect(code).toBe(0)
  for (const [option] of line.matchAll(/--[a-z-]+/g)) expect(stdout).toContain(` ${option}`)
})

test('the guide names every command and every option', async () => {
  const { stdout: help } = await runCli(['--help'])
  const commands = [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name).filter((name) => name !== 'help')
  expect(commands).toContain('resume')
  for (const command of commands) {
    expect(guide).toMatch(new RegExp(`^baton ${command} `, 'm'))
    const { stdout } = await runCli([command, '--help'])
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = '']) => option).filter((option) => option !== '--version')
    expect(options.filter((option) => !guide.includes(option))).toEqual([])
  }
})
