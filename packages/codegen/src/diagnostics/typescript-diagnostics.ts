import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import type { Diagnostic } from './diagnostic.ts'

/** What does not parse. */
export function syntaxErrors(sources: Sources, file: ts.SourceFile): readonly Diagnostic[] {
  return asDiagnostics(sources, file, sources.program.getSyntacticDiagnostics(file))
}

/** What does not fit by its types; the dearest part of a build. */
export function typeErrors(sources: Sources, file: ts.SourceFile): readonly Diagnostic[] {
  return asDiagnostics(sources, file, sources.program.getSemanticDiagnostics(file))
}

function asDiagnostics(sources: Sources, file: ts.SourceFile, found: readonly ts.Diagnostic[]): readonly Diagnostic[] {
  return found
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map(({ start, length, code, messageText }) =>
      sources.foreignDiagnostic(file, start ?? 0, length ?? 1, `TS${code}`, ts.flattenDiagnosticMessageText(messageText, '\n  ')))
}
