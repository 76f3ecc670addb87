import { ts } from 'ts-morph'
import type { Sources } from '../project/sources.ts'
import type { Diagnostic } from './diagnostic.ts'

/** What TypeScript itself finds wrong in a file: types only where `semantic` asks for them, as they cost the most. */
export function typescriptDiagnostics(sources: Sources, file: ts.SourceFile, semantic: boolean): readonly Diagnostic[] {
  const { program } = sources
  const found = [...program.getSyntacticDiagnostics(file), ...(semantic ? program.getSemanticDiagnostics(file) : [])]
  return found
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map(({ start, length, code, messageText }) =>
      sources.foreignDiagnostic(file, start ?? 0, length ?? 1, `TS${code}`, ts.flattenDiagnosticMessageText(messageText, '\n  ')))
}
