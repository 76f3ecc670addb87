import { ts } from 'ts-morph'
import type { Sources } from './sources.ts'

/** Which files of the project a file's meaning depends on. */
export class Dependencies {
  readonly #sources: Sources
  readonly #direct = new Map<ts.SourceFile, readonly ts.SourceFile[]>()
  readonly #ambient: readonly ts.SourceFile[]

  constructor(sources: Sources) {
    this.#sources = sources
    const { program } = sources
    this.#ambient = program.getSourceFiles().filter((file) => file.isDeclarationFile && !file.fileName.includes('/node_modules/'))
  }

  /** The file, all it imports through whatever chain, and the declarations that every file sees. */
  of(file: ts.SourceFile): ReadonlySet<ts.SourceFile> {
    const found = new Set([file, ...this.#ambient])
    for (const one of found) for (const next of this.#imports(one)) found.add(next)
    return found
  }

  #imports(file: ts.SourceFile): readonly ts.SourceFile[] {
    const known = this.#direct.get(file)
    if (known) return known
    const found: ts.SourceFile[] = []
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
      const specifier = statement.moduleSpecifier
      const target = specifier && this.#sources.checker.getSymbolAtLocation(specifier)?.declarations?.[0]
      if (target && ts.isSourceFile(target) && !this.#sources.isExternal(target)) found.push(target)
    }
    this.#direct.set(file, found)
    return found
  }
}
