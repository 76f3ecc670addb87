import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { identify, isRunning, ownIdentity, parseStat } from './process-identity.ts'

describe('a process identity', () => {
  test('is the same whoever asks', async () => {
    expect(await identify(process.pid)).toBe(await ownIdentity())
    expect(await isRunning(await ownIdentity())).toBe(true)
  })

  test('stops running with its process', async () => {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(child, 'spawn')
    const identity = await identify(child.pid ?? 0) ?? 'none'
    expect(await isRunning(identity)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await isRunning(identity)).toBe(false)
  })

  test('does not run when its pid is another process', async () => {
    expect(await isRunning(`${process.pid}.1.boot`)).toBe(false)
  })

  test.each(['', 'nonsense', '9999999.1.boot'])('does not run when it is %j', async (identity) => {
    expect(await isRunning(identity)).toBe(false)
  })

  test('is read past a command name with spaces and parentheses', () => {
    const after = ['S', ...Array.from({ length: 18 }, (_, index) => String(index)), '777', '0']
    expect(parseStat(`42 (a) b (c) ${after.join(' ')}`)).toEqual({ state: 'S', startTicks: '777' })
    expect(parseStat('')).toBeUndefined()
  })
})
