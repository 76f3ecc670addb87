import { ts } from 'ts-morph'
import { openProject, type OpenProject, type ProjectOptions } from '../project/open-project.ts'
import { PackageNames } from '../project/package-names.ts'
import { Sources } from '../project/sources.ts'
import { buildProgram, type BuildResult } from './build-program.ts'
import { FileCache } from './file-cache.ts'

/**
 * Compiles the workflow classes of a project into a manifest; writes nothing and runs no user code.
 *
 * @throws CodegenError `ProjectNotFound`, `InvalidProject`.
 * @example
 * const { text, diagnostics } = buildManifest({ project: 'tsconfig.json' })
 * if (!diagnostics.some((found) => found.severity === 'error')) writeManifest('baton.manifest.json', text)
 */
export function buildManifest(options: ProjectOptions): BuildResult {
  return new Build(openProject(options)).run()
}

/** A project that can be built again and again. */
export class Build {
  readonly open: OpenProject
  readonly #cache = new FileCache()
  readonly #packages: PackageNames
  #paths: readonly string[]

  constructor(open: OpenProject) {
    this.open = open
    this.#paths = open.paths
    const files = open.project.getFileSystem()
    this.#packages = new PackageNames((path) => (files.fileExistsSync(path) ? files.readFileSync(path) : undefined))
  }

  /** Looks for new files. */
  rescan(): void {
    this.#paths = this.open.scan()
  }

  run(): BuildResult {
    const { project, root } = this.open
    const program: ts.Program = project.getProgram().compilerObject
    return buildProgram(new Sources(program, root, this.#packages), this.#paths, this.#cache)
  }
}
