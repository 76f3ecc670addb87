/** Where text goes. */
export interface OutputStream {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export type StopSignal = 'SIGINT' | 'SIGTERM'

/** All of the outside world that a command touches, so that a test can stand in for it. */
export interface Io {
  readonly stdin: AsyncIterable<string | Uint8Array>
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths start here. */
  readonly cwd: string
  /** Calls back on each signal instead of dying of it, until the function it gives is called. */
  onSignal(listener: (signal: StopSignal) => void): () => void
}

/** The world of this process. */
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
