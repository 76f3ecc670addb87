/** Where text goes. */
export interface OutputStream {
  /** Takes text as it is, without adding a line's end; what it returns is ignored. */
  write(text: string): unknown
  /** Whether it is a terminal, rather than a file or a pipe; absent means no. */
  readonly isTTY?: boolean | undefined
  /** Width of the terminal in characters, where there is one. */
  readonly columns?: number | undefined
}

/** The signals that ask a command to end: Ctrl-C, and what process managers send. */
export type StopSignal = 'SIGINT' | 'SIGTERM'

/** All of the outside world that a command touches, so that a test can stand in for it. */
export interface Io {
  /** Read where a command takes `-` for its input. */
  readonly stdin: AsyncIterable<string | Uint8Array>
  /** What was asked for: tables, JSON, pictures. */
  readonly stdout: OutputStream
  /** What a person should know besides: errors, warnings, progress. */
  readonly stderr: OutputStream
  /** Environment variables by name, such as DATABASE_URL. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths start here. */
  readonly cwd: string
  /** Calls back on each signal instead of dying of it, until the function it gives is called. */
  onSignal(listener: (signal: StopSignal) => void): () => void
}

/** The world of this process: its streams, environment, working directory and signals. */
export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    onSignal(listener) {
      process.on('SIGINT', listener).on('SIGTERM', listener)
      return () => process.off('SIGINT', listener).off('SIGTERM', listener)
    },
  }
}
