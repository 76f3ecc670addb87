const brand = Symbol.for('@baton/embedded/EmbeddedPostgresError')

/** What went wrong, stable across releases: switch on this, not on the message. */
export type EmbeddedPostgresErrorCode =
  | 'BinariesMissing'
  | 'DataDirUnusable'
  | 'InitFailed'
  | 'PlatformUnsupported'
  | 'SettingRefused'
  | 'StartFailed'
  | 'StopFailed'
  | 'VersionMismatch'

/** What an {@link EmbeddedPostgresError} carries besides its sentence. */
export interface EmbeddedPostgresErrorDetails {
  /** The error that led to it. */
  readonly cause?: unknown
  /** The last lines Postgres or initdb wrote; appended to the message. */
  readonly output?: string
}

/**
 * The embedded Postgres could not be found, created, started or stopped; `code` says which.
 *
 * `instanceof` also holds for an instance made by another installed copy of this package.
 *
 * @example
 * try { await startPostgres() } catch (error) {
 *   if (error instanceof EmbeddedPostgresError && error.code === 'BinariesMissing') console.error(error.message)
 * }
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
  /** What went wrong. */
  readonly code: EmbeddedPostgresErrorCode
  readonly [brand] = true

  constructor(code: EmbeddedPostgresErrorCode, message: string, details: EmbeddedPostgresErrorDetails = {}) {
    const output = details.output?.trim()
    super(
      output === undefined || output === '' ? message : `${message}\n\n${indent(output)}`,
      details.cause === undefined ? {} : { cause: details.cause },
    )
    this.code = code
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  | ')
