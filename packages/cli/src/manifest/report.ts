import { type BuildResult, formatDiagnostic } from '@baton/codegen'
import type { Session } from '../session.ts'

/** What a build says in JSON. */
export interface BuildReport {
  readonly written: boolean
  readonly path: string
  readonly workflows: readonly { readonly name: string; readonly version: string; readonly semanticHash: string }[]
  readonly diagnostics: BuildResult['diagnostics']
}

export function reportOf({ manifest, diagnostics }: BuildResult, path: string, written: boolean): BuildReport {
  const workflows = manifest.workflows.map(({ name, version, semanticHash }) => ({ name, version, semanticHash }))
  return { written, path, workflows, diagnostics }
}

export function hasErrors({ diagnostics }: BuildResult): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}

/** Shows what was found wrong, with the lines of the source around it. */
export function showDiagnostics(session: Session, { diagnostics, manifest }: BuildResult): void {
  for (const found of diagnostics) session.io.stderr.write(`${formatDiagnostic(found, { color: session.color })}\n\n`)
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  if (errors > 0) session.io.stderr.write(`${errors} error${errors === 1 ? '' : 's'}; the manifest was not written.\n`)
  else if (manifest.workflows.length === 0) session.warn('no class with @Workflow was found.')
}
