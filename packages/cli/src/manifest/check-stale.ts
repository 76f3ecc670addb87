import { relative, resolve } from 'node:path'
import { checkManifest } from '@baton/codegen'
import type { Session } from '../session.ts'
import { build, type BuildOptions } from './build.ts'
import { hasErrors, reportOf, showDiagnostics } from './report.ts'

/** Compares the manifest with what the sources say; gives the exit code: 1 where they differ. */
export function checkStale(session: Session, files: readonly string[], options: BuildOptions): number {
  const result = build(session, files, options.project)
  const path = resolve(session.io.cwd, options.out)
  const shown = relative(session.io.cwd, path)
  const failed = hasErrors(result)
  const difference = failed ? undefined : checkManifest(path, result.text)
  showDiagnostics(session, result)
  if (session.json) {
    const told = difference && { kind: difference.kind, changes: difference.changes }
    session.printJson({ ...reportOf(result, path, false), upToDate: !failed && !difference, difference: told ?? null })
  } else if (difference) session.print(`${difference.text.replaceAll(path, shown)}\n`)
  else if (!failed) session.print(`${shown} is up to date.\n`)
  return failed || difference ? 1 : 0
}
