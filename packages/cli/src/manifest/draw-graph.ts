import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type GraphFormat, renderGraph } from '@baton/codegen'
import type { Manifest, ManifestWorkflow } from '@baton/sdk/manifest'
import { CliError, UsageError } from '../errors/cli-error.ts'
import { messageOf } from '../errors/describe-error.ts'
import type { Session } from '../session.ts'
import { build } from './build.ts'
import { readManifest } from './read-manifest.ts'
import { showDiagnostics } from './report.ts'

export interface DrawOptions {
  readonly format: GraphFormat
  readonly out?: string
  readonly project?: string
  readonly manifest?: string
}

/** Draws one workflow; gives the exit code. */
export async function drawGraph(session: Session, name: string | undefined, options: DrawOptions): Promise<number> {
  const workflow = choose(manifestOf(session, options), name)
  const text = renderGraph(workflow, options.format)
  const path = options.out === undefined ? undefined : resolve(session.io.cwd, options.out)
  if (path !== undefined) await write(path, text)
  if (session.json) session.printJson({ workflow: workflow.name, version: workflow.version, format: options.format, text, path: path ?? null })
  else if (path === undefined) session.print(text)
  return 0
}

function manifestOf(session: Session, { manifest, project }: DrawOptions): Manifest {
  const read = manifest === undefined ? undefined : readManifest(session.io.cwd, manifest)
  if (read) return read
  const result = build(session, [], project)
  showDiagnostics(session, result)
  return result.manifest
}

function choose({ workflows }: Manifest, name: string | undefined): ManifestWorkflow {
  const known = workflows.map((workflow) => workflow.name)
  const wanted = name === undefined ? workflows : workflows.filter((workflow) => workflow.name === name)
  const [first] = wanted
  if (name === undefined && workflows.length > 1) {
    throw new UsageError('There are several workflows.', { hint: `Say which: ${known.join(', ')}` })
  }
  if (first) return first
  throw new CliError('UnknownWorkflow', name === undefined ? 'There is no workflow to draw.' : `There is no workflow '${name}'.`, {
    hint: known.length > 0 ? `There are: ${known.join(', ')}` : 'Name the project with --project, or a manifest with --manifest.',
  })
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (cause) {
    throw new CliError('FileNotWritable', `${path} cannot be written: ${messageOf(cause)}.`, { cause })
  }
}
