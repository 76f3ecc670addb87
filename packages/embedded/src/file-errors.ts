/** The errno name (`ENOENT`, …) of a failed system call, if that is what `error` is. */
export function errnoOf(error: unknown): string | undefined {
  const isSystemError = error instanceof Error && 'syscall' in error && 'code' in error
  return isSystemError && typeof error.code === 'string' ? error.code : undefined
}

/** The promise's value, or undefined when the file it is about does not exist. */
export async function ifExists<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
