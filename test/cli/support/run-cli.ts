import { main } from '../../../packages/cli/src/main.ts'
import type { StopSignal } from '../../../packages/cli/src/io.ts'

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Makes both outputs terminals of so many columns. */
  readonly terminal?: number
  /** Called with all of stderr whenever it grows; `signal` sends one to the command. */
  readonly onStderr?: (text: string, signal: (name: StopSignal) => void) => void
  /** The same for stdout. */
  readonly onStdout?: (text: string, signal: (name: StopSignal) => void) => void
  /** Called when the command begins to listen for signals. */
  readonly onWaiting?: (signal: (name: StopSignal) => void) => void
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** One command line in this process, with a world of its own. */
export async function runCli(argv: readonly string[], { cwd = '/nowhere', env = {}, stdin = '', terminal, onStderr, onStdout, onWaiting }: RunOptions = {}): Promise<Ran> {
  const out = { stdout: '', stderr: '' }
  const listeners = new Set<(signal: StopSignal) => void>()
  const signal = (name: StopSignal): void => listeners.forEach((listener) => listener(name))
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: terminal !== undefined,
    columns: terminal,
    write(text: string) {
      out[name] += text
      if (name === 'stderr') onStderr?.(out.stderr, signal)
      else onStdout?.(out.stdout, signal)
    },
  })
  const code = await main(argv, {
    stdin: (async function* () { yield stdin })(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env,
    cwd,
    onSignal(listener) {
      listeners.add(listener)
      onWaiting?.(signal)
      return () => listeners.delete(listener)
    },
  })
  return { code, ...out }
}

/** The one JSON document that a command with `--json` printed. */
export function documentOf({ stdout }: Ran): unknown {
  if (!stdout.endsWith('\n') || stdout.trimEnd().includes('\n')) throw new Error(`not one document on one line: ${stdout}`)
  return JSON.parse(stdout)
}
