import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const BIN = join(import.meta.dirname, '../../../packages/cli/src/bin.ts')

/** The command as a process of its own, ended at disposal by its own id. */
export interface SpawnedCli extends AsyncDisposable {
  /** The first line of stdout; rejects if the process ends before there is one. */
  firstLine(): Promise<string>
  /** All it wrote, and its exit code, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
  readonly process: ChildProcess
  /** Resolves when stderr holds the text. */
  saw(text: string): Promise<void>
}

export function spawnCli(argv: readonly string[], options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> }): SpawnedCli {
  const child = spawn(process.execPath, ['--conditions=@baton/source', BIN, ...argv], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out = { stdout: '', stderr: '' }
  const checks = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      out[name] += text
      for (const check of checks) check()
    })
  }
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (holds()) resolve()
      }
      checks.add(check)
      check()
      void ended.then(() => reject(new Error(`it ended before: ${out.stdout}${out.stderr}`)))
    })
  return {
    process: child,
    ended: ended.then((code) => ({ code, ...out })),
    firstLine: () => until(() => out.stdout.includes('\n')).then(() => out.stdout.slice(0, out.stdout.indexOf('\n'))),
    saw: (text) => until(() => out.stderr.includes(text)),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}
