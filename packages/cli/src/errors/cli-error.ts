import { BatonError } from '@baton/sdk'

/** What the command itself, rather than what it calls, can find wrong. */
export type CliErrorCode =
  | 'DatabaseNotFound'
  | 'DatabaseRefused'
  | 'DatabaseUnreachable'
  | 'FileNotReadable'
  | 'FileNotWritable'
  | 'InvalidDatabaseUrl'
  | 'InvalidManifest'
  | 'ManifestMismatch'
  | 'ModuleFailed'
  | 'ModuleNotFound'
  | 'NoDatabase'
  | 'NoPayloads'
  | 'NoWorkflows'
  | 'UnknownWorkflow'

/** A command could not do its work; exit code 1. */
export class CliError extends BatonError {
  static override readonly kind: string = 'CliError'
  /** What to do about it. */
  readonly hint: string | undefined

  constructor(code: CliErrorCode | 'Usage', message: string, options: ErrorOptions & { readonly hint?: string } = {}) {
    super(code, message, options)
    this.hint = options.hint
  }
}

/** A command line that makes no sense; exit code 2. */
export class UsageError extends CliError {
  static override readonly kind = 'UsageError'

  constructor(message: string, options: ErrorOptions & { readonly hint?: string } = {}) {
    super('Usage', message, options)
  }
}
