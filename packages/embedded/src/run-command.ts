import { spawn } from 'node:child_process'

export interface CommandResult {
  /** The exit status; undefined when a signal ended the command or it could not be started. */
  readonly status: number | undefined
  /** Standard output and standard error, in the order they came; the reason when it could not be started. */
  readonly output: string
}

export interface CommandOptions {
  readonly uid?: number
  readonly gid?: number
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a command to its end and never throws: a command that cannot be started has no status. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const collect = (chunk: Buffer) => { output += chunk.toString() }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => resolve({ status: undefined, output: error.message }))
    child.on('close', (status) => resolve({ status: status ?? undefined, output }))
  })
}
