import { relative, resolve } from 'node:path'
import { buildManifest, type BuildResult, watchManifest, writeManifest } from '@baton/codegen'
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
export function buildOnce(session: Session, files: readonly string[], options: BuildOptions): number {
  return write(session, options.out, build(session, files, options.project))
}

/** What the sources say now. */
export function build(session: Session, files: readonly string[], project: string | undefined): BuildResult {
  using status = session.status()
  status.update('Compiling …')
  return buildManifest(projectOf(session.io.cwd, files, project))
}

/** Builds on each change until a signal; gives the exit code. */
export async function buildOnChange(session: Session, files: readonly string[], options: BuildOptions): Promise<number> {
  using stops = stopsOf(session.io)
  const project = projectOf(session.io.cwd, files, options.project)
  const watcher = watchManifest(
    project,
    (result) => {
      try {
        write(session, options.out, result)
      } catch (error) {
        session.fail(error) // the next change may find the disk in a better mood
      }
    },
    (error) => session.fail(error),
  )
  session.note('Watching for changes; Ctrl-C ends it.')
  await stops.first
  watcher.close()
  return 0
}

function write(session: Session, out: string, result: BuildResult): number {
  const failed = hasErrors(result)
  const path = resolve(session.io.cwd, out)
  const written = !failed && writeFile(path, result.text)
  if (!session.json || failed) showDiagnostics(session, result)
  if (session.json) session.printJson(reportOf(result, path, written))
  else if (!failed) session.print(`${relative(session.io.cwd, path)} ${written ? 'written' : 'is up to date'}: ${namesOf(result)}\n`)
  return failed ? 1 : 0
}

function writeFile(path: string, text: string): boolean {
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
