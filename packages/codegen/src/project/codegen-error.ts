import { BatonError } from '@baton/sdk'

/** What can keep the compiler from reading a project at all; the code of a `CodegenError`. */
export type CodegenErrorCode = 'ProjectNotFound' | 'InvalidProject'

/**
 * The project cannot be read; what is wrong inside workflows comes as diagnostics instead.
 *
 * @example
 * try { buildManifest({ project: 'tsconfig.json' }) } catch (error) {
 *   if (error instanceof CodegenError && error.code === 'ProjectNotFound') console.error(error.message)
 * }
 */
export class CodegenError extends BatonError {
  static override readonly kind = 'CodegenError'

  constructor(code: CodegenErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}
