import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface User {
  readonly url: string
  readonly log: readonly string[]
  /** Lets the process stop its use and waits for its end. */
  stop(): Promise<void>
  /** `kill -9`. */
  kill(): Promise<void>
}

const program = fileURLToPath(new URL('./user-process.ts', import.meta.url))

/** Starts another process that uses the Postgres of this folder; resolves when it does. */
export async function spawnUser(dataDir: string): Promise<User> {
  const child = spawn(process.execPath, ['--conditions=@baton/source', program, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)])
  if (first === undefined) throw new Error(`the user process ended with ${child.exitCode} before it had a server`)
  const hello: Pick<User, 'url' | 'log'> = JSON.parse(String(first[0]))
  return {
    ...hello,
    stop: async () => { child.stdin.end('stop'); await ended },
    kill: async () => { child.kill('SIGKILL'); await ended },
  }
}
