import type { ts } from 'ts-morph'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { surfaceOf } from './surface.ts'
import type { BuiltWorkflow } from './build-workflow.ts'

/** What became of one file with workflows. */
export interface BuiltFile {
  readonly workflows: readonly BuiltWorkflow[]
  readonly diagnostics: readonly Diagnostic[]
}

/** A file and all of the project that it depends on. */
export interface ReachedFiles {
  readonly file: ts.SourceFile
  readonly all: ReadonlySet<ts.SourceFile>
}

interface Entry {
  readonly reached: ReachedFiles
  readonly built: BuiltFile
}

interface Checked {
  readonly file: ts.SourceFile
  readonly surfaces: string
  readonly found: readonly Diagnostic[]
}

/**
 * What was built from a file, for as long as nothing it depends on changes, and what its types showed, for as long as no types
 * it depends on do.
 *
 * The compiler keeps the object of an unchanged file from one program to the next, so identity is the test.
 */
export class FileCache {
  readonly #built = new Map<string, Entry>()
  readonly #checked = new Map<string, Checked>()

  built(reached: ReachedFiles, build: () => BuiltFile): BuiltFile {
    const { fileName } = reached.file
    const known = this.#built.get(fileName)
    if (known && sameFiles(known.reached, reached)) return known.built
    const built = build()
    this.#built.set(fileName, { reached, built })
    return built
  }

  checked({ file, all }: ReachedFiles, check: () => readonly Diagnostic[]): readonly Diagnostic[] {
    const surfaces = [...all].map((one) => `${one.fileName} ${surfaceOf(one)}`).toSorted().join('\n')
    const known = this.#checked.get(file.fileName)
    if (known?.file === file && known.surfaces === surfaces) return known.found
    const found = check()
    this.#checked.set(file.fileName, { file, surfaces, found })
    return found
  }

  /** Forgets files that are gone. */
  sweep(program: ts.Program): void {
    for (const path of this.#built.keys()) {
      if (program.getSourceFile(path)) continue
      this.#built.delete(path)
      this.#checked.delete(path)
    }
  }
}

function sameFiles(a: ReachedFiles, b: ReachedFiles): boolean {
  return a.all.size === b.all.size && [...a.all].every((file) => b.all.has(file))
}
