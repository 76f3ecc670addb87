import { relative, resolve } from 'node:path'
import type { BuildResult } from '@baton/codegen'
import { CliError } from '../errors/cli-error.ts'
import { messageOf } from '../errors/describe-error.ts'
import type { Session } from '../session.ts'
import { stopsOf } from '../wait/stops.ts'
import { projectOf } from './project-of.ts'
import { hasErrors, reportOf, showDiagnostics } from './report.ts'

export interface BuildOptions {
  readonly project?: string
  readonly out: string
}

/** Builds and writes the manifest; gives the exit code. */
export async function buildOnce(session: Session, files: readonly string[], options: BuildOptions): Promise<number> {
  return write(session, options.out, await build(session, files, options.project))
}

/** What the sources say now. */
export async function build(session: Session, files: readonly string[], project: string | undefined): Promise<BuildResult> {
  using status = session.status()
  status.update('Compiling …')
  // Loaded only here: it brings the TypeScript compiler with it.
  const { buildManifest } = await import('@baton/codegen')
  return buildManifest(projectOf(session.io.cwd, files, project))
}

/** Builds on each change until a signal; gives the exit code. */
export async function buildOnChange(session: Session, files: readonly string[], options: BuildOptions): Promise<number> {
  using stops = stopsOf(session.io)
  const { watchManifest } = await import('@baton/codegen')
  const project = projectOf(session.io.cwd, files, options.project)
  const writing = { last: Promise.resolve() }
  await using _watcher = watchManifest(
    project,
    (result) => {
      writing.last = writing.last.then(async () => void (await write(session, options.out, result))).catch((error: unknown) => session.fail(error))
    },
    (error) => session.fail(error),
  )
  session.note('Watching for changes; Ctrl-C ends it.')
  await stops.first
  await writing.last
  return 0
}

async function write(session: Session, out: string, result: BuildResult): Promise<number> {
  const failed = hasErrors(result)
  const path = resolve(session.io.cwd, out)
  const written = !failed && (await writeFile(path, result.text))
  if (!session.json || failed) showDiagnostics(session, result)
  if (session.json) session.printJson(reportOf(result, path, written))
  else if (!failed) session.print(`${relative(session.io.cwd, path)} ${written ? 'written' : 'is up to date'}: ${namesOf(result)}\n`)
  return failed ? 1 : 0
}

async function writeFile(path: string, text: string): Promise<boolean> {
  const { writeManifest } = await import('@baton/codegen')
  try {
    return writeManifest(path, text)
  } catch (cause) {
    throw new CliError('FileNotWritable', `${path} cannot be written: ${messageOf(cause)}.`, { cause })
  }
}

function namesOf({ manifest }: BuildResult): string {
  const count = manifest.workflows.length
  return `${count} workflow${count === 1 ? '' : 's'}${count === 0 ? '' : ` (${manifest.workflows.map(({ name }) => name).join(', ')})`}`
}
