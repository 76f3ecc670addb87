import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { Project, ts } from 'ts-morph'
import { CodegenError } from './codegen-error.ts'

/** What to compile. */
export interface ProjectOptions {
  /** Path of the tsconfig; default: `tsconfig.json` in `root`, where there is one. */
  readonly project?: string | undefined
  /** Paths or globs, relative to `root`, of the files with workflows; default: the files of the tsconfig. */
  readonly files?: readonly string[] | undefined
  /** The folder that positions in the manifest are relative to; default: the tsconfig's, else the working directory. */
  readonly root?: string | undefined
}

/** A project with its files read, and how to look again for files that have come since. */
export interface OpenProject {
  readonly project: Project
  readonly root: string
  /** The tsconfig, if one is used. */
  readonly config: string | undefined
  /** In which workflows are looked for. */
  readonly paths: readonly string[]
  /** Adds files that match by now, and gives the paths again. */
  readonly scan: () => readonly string[]
}

/** Without a tsconfig: what current Node runs. */
const DEFAULTS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
}

/**
 * Reads the files of a project.
 *
 * @throws CodegenError `ProjectNotFound` without the tsconfig or any file, `InvalidProject` if the tsconfig cannot be read.
 */
export function openProject(options: ProjectOptions): OpenProject {
  const config = findConfig(options)
  const root = resolve(options.root ?? (config ? dirname(config) : '.'))
  const project = createProject(config)
  const { files } = options
  const scan = (): readonly string[] => {
    const found = files
      ? project.addSourceFilesAtPaths(files.map((file) => anchored(file, root)))
      : config
        ? project.addSourceFilesFromTsConfig(config)
        : project.addSourceFilesAtPaths([`${root}/**/*.{ts,tsx,mts,cts}`, `!${root}/**/node_modules/**`, `!${root}/**/*.d.ts`])
    return found.map((file) => file.getFilePath())
  }
  const paths = scan()
  if (paths.length === 0) {
    throw new CodegenError('ProjectNotFound', `No TypeScript files match ${files?.join(', ') ?? config ?? root}; check the paths.`)
  }
  project.resolveSourceFileDependencies()
  return { project, root, config, paths, scan }
}

function findConfig({ project, root = '.' }: ProjectOptions): string | undefined {
  if (project === undefined) {
    const path = resolve(root, 'tsconfig.json')
    return existsSync(path) ? path : undefined
  }
  const path = resolve(project)
  const file = path.endsWith('.json') ? path : join(path, 'tsconfig.json')
  if (!existsSync(file)) throw new CodegenError('ProjectNotFound', `There is no tsconfig at ${file}; say where it is.`)
  return file
}

function createProject(config: string | undefined): Project {
  if (config === undefined) return new Project({ compilerOptions: DEFAULTS, skipAddingFilesFromTsConfig: true })
  try {
    return new Project({ tsConfigFilePath: config, skipAddingFilesFromTsConfig: true })
  } catch (cause) {
    throw new CodegenError('InvalidProject', `The tsconfig ${config} cannot be read: ${String(cause)}`, { cause })
  }
}

/** Makes a path or glob absolute and keeps a leading `!`. */
function anchored(pattern: string, root: string): string {
  const not = pattern.startsWith('!') ? '!' : ''
  const path = pattern.slice(not.length)
  return not + (isAbsolute(path) ? path : `${root.replaceAll('\\', '/')}/${path}`)
}
