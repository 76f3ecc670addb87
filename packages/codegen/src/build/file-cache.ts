import type { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { BuiltWorkflow } from './build-workflow.ts'

/** What became of one file with workflows. */
export interface BuiltFile {
  readonly workflows: readonly BuiltWorkflow[]
  readonly diagnostics: readonly Diagnostic[]
}

interface Entry {
  readonly built: BuiltFile
  readonly reached: ReadonlySet<ts.SourceFile>
}

/**
 * What was built from a file, for as long as nothing it depends on changes.
 *
 * The compiler keeps the object of an unchanged file from one program to the next, so identity is the test.
 */
export class FileCache {
  readonly #entries = new Map<string, Entry>()

  get(file: ts.SourceFile, reach: () => ReadonlySet<ts.SourceFile>, build: (reached: ReadonlySet<ts.SourceFile>) => BuiltFile): BuiltFile {
    const known = this.#entries.get(file.fileName)
    const reached = reach()
    if (known && reached.size === known.reached.size && [...reached].every((one) => known.reached.has(one))) return known.built
    const built = build(reached)
    this.#entries.set(file.fileName, { built, reached })
    return built
  }

  /** Forgets files that are gone. */
  sweep(program: ts.Program): void {
    for (const path of this.#entries.keys()) if (!program.getSourceFile(path)) this.#entries.delete(path)
  }
}
