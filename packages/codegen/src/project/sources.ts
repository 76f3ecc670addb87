import { relative } from 'node:path'
import { ts } from 'ts-morph'
import type { SourcePosition } from '@baton/sdk/manifest'
import type { BatonDiagnosticCode, Diagnostic, DiagnosticCode } from '../diagnostics/diagnostic.ts'
import { sourceFrame } from '../diagnostics/source-frame.ts'
import type { PackageNames } from './package-names.ts'

export const SDK = '@baton/sdk'

/** One compiled state of the project, as every phase reads it: program, types, positions and whose code a file is. */
export class Sources {
  readonly program: ts.Program
  readonly checker: ts.TypeChecker
  /** Absolute; positions are relative to it. */
  readonly root: string
  readonly #packages: PackageNames

  constructor(program: ts.Program, root: string, packages: PackageNames) {
    this.program = program
    this.checker = program.getTypeChecker()
    this.root = root
    this.#packages = packages
  }

  /** The package whose folder holds the file. */
  packageOf(file: ts.SourceFile): string | undefined {
    return this.#packages.of(file.fileName)
  }

  /** Whether the file is somebody else's code: a dependency, declarations only, or the SDK itself. */
  isExternal(file: ts.SourceFile): boolean {
    return file.isDeclarationFile || file.fileName.includes('/node_modules/') || this.packageOf(file) === SDK
  }

  fileOf(node: ts.Node): string {
    return relative(this.root, node.getSourceFile().fileName).replaceAll('\\', '/')
  }

  positionOf(node: ts.Node): SourcePosition {
    return this.#position(node.getSourceFile(), node.getStart())
  }

  /** A finding at a node. */
  diagnostic(
    node: ts.Node,
    finding: { code: BatonDiagnosticCode; message: string; help?: string | undefined; severity?: 'error' | 'warning' },
  ): Diagnostic {
    const file = node.getSourceFile()
    return this.#diagnostic(file, node.getStart(), node.getWidth(), { severity: 'error', ...finding })
  }

  /** A finding of TypeScript's. */
  foreignDiagnostic(file: ts.SourceFile, start: number, length: number, code: DiagnosticCode, message: string): Diagnostic {
    return this.#diagnostic(file, start, length, { severity: 'error', code, message })
  }

  #position(file: ts.SourceFile, start: number): SourcePosition {
    const { line, character } = file.getLineAndCharacterOfPosition(start)
    return { file: this.fileOf(file), line: line + 1, column: character + 1 }
  }

  #diagnostic(
    file: ts.SourceFile,
    start: number,
    length: number,
    finding: Pick<Diagnostic, 'code' | 'severity' | 'message' | 'help'>,
  ): Diagnostic {
    const position = this.#position(file, start)
    return { ...finding, ...position, frame: sourceFrame(file.text, position.line, length) }
  }
}
