import { ManifestMismatch } from '@baton/runtime'
import { CliError } from '../errors/cli-error.ts'

/** A refusal by the manifest with a difference a line; undefined for other errors. */
export function explainMismatch(error: unknown): CliError | undefined {
  if (!(error instanceof ManifestMismatch)) return undefined
  const [, head, differences] = /^(.*?): (.*)\. Run 'baton build'.*$/s.exec(error.message) ?? []
  const message = head === undefined || differences === undefined ? error.message : `${head}:\n${differences.split('; ').map((each) => `  - ${each}`).join('\n')}`
  return new CliError('ManifestMismatch', message, { cause: error, hint: "Run 'baton build' and deploy both together." })
}
