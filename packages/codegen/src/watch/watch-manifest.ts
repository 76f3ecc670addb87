// Owns: an open project and the watchers of its folders. Builds again when files change; one build at a time, and none is
// lost. Folders are watched one by one, as a recursive watch of the root would walk through node_modules.
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { FileSystemRefreshResult } from 'ts-morph'
import { Build } from '../build/build-manifest.ts'
import type { BuildResult } from '../build/build-program.ts'
import { openProject, type ProjectOptions } from '../project/open-project.ts'

/** Editors write a file in several goes; the build waits until it has been quiet for so long. */
const QUIET_MS = 50
const SOURCE = /\.(?:[cm]?ts|tsx|json)$/

/** A watch that is running. */
export interface ManifestWatcher extends AsyncDisposable {
  /** Stops watching; no build starts after it. */
  close(): void
}

/**
 * Builds at once and again after each change of the project's files, reading only what changed.
 *
 * `onBuild` gets each build, `onError` what made one impossible, such as a tsconfig that is gone; without it that is thrown.
 *
 * @throws CodegenError `ProjectNotFound`, `InvalidProject`.
 * @example
 * await using watcher = watchManifest({ project: 'tsconfig.json' }, ({ text }) => writeManifest('baton.manifest.json', text))
 */
export function watchManifest(
  options: ProjectOptions,
  onBuild: (result: BuildResult) => void,
  onError?: (error: unknown) => void,
): ManifestWatcher {
  const watcher = new Watcher(options, onBuild, onError)
  watcher.start()
  return watcher
}

class Watcher implements ManifestWatcher {
  readonly #options: ProjectOptions
  readonly #onBuild: (result: BuildResult) => void
  readonly #onError: ((error: unknown) => void) | undefined
  readonly #folders = new Map<string, FSWatcher>()
  readonly #changed = new Set<string>()
  #build: Build
  #timer: NodeJS.Timeout | undefined

  constructor(options: ProjectOptions, onBuild: (result: BuildResult) => void, onError: ((error: unknown) => void) | undefined) {
    this.#options = options
    this.#onBuild = onBuild
    this.#onError = onError
    this.#build = new Build(openProject(options))
  }

  start(): void {
    this.#watchFolders()
    this.#onBuild(this.#build.run())
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const folder of this.#folders.values()) folder.close()
    this.#folders.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  #watchFolders(): void {
    const { project, root, config } = this.#build.open
    const wanted = new Set([root, ...(config ? [dirname(config)] : [])])
    for (const file of project.getSourceFiles()) {
      if (!file.isInNodeModules()) wanted.add(file.getDirectoryPath())
    }
    for (const folder of wanted) {
      if (this.#folders.has(folder) || !existsSync(folder)) continue
      const watcher = watch(folder, (_, name) => this.#noticed(name === null ? folder : join(folder, name)))
      // A folder that was removed: its files are gone from the next build anyway.
      watcher.on('error', () => this.#folders.delete(folder))
      this.#folders.set(folder, watcher)
    }
  }

  #noticed(path: string): void {
    const isFolder = existsSync(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    if (!SOURCE.test(path) && !isFolder) return
    this.#changed.add(path)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#rebuild(), QUIET_MS)
  }

  #rebuild(): void {
    const paths = [...this.#changed]
    this.#changed.clear()
    try {
      if (!this.#refresh(paths)) return
      this.#watchFolders()
      this.#onBuild(this.#build.run())
    } catch (error) {
      if (!this.#onError) throw error
      this.#onError(error)
    }
  }

  /** Brings the project up to date; gives whether anything of it changed. */
  #refresh(paths: readonly string[]): boolean {
    const { project, config } = this.#build.open
    if (config !== undefined && paths.includes(config)) {
      this.#build = new Build(openProject(this.#options))
      return true
    }
    const before = project.getSourceFiles().length
    let changed = false
    for (const path of paths) {
      const file = project.getSourceFile(path)
      if (!file) continue
      if (!existsSync(path)) {
        project.removeSourceFile(file)
        changed = true
      } else changed = file.refreshFromFileSystemSync() !== FileSystemRefreshResult.NoChange || changed
    }
    if (paths.some((path) => !project.getSourceFile(path))) this.#build.rescan()
    return changed || project.getSourceFiles().length !== before
  }
}
