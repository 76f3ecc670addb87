import { existsSync, readFileSync } from 'node:fs'
import { Manifest } from '@baton/sdk/manifest'
import type { ManifestDifference, WorkflowChange } from './manifest-difference.ts'
import { workflowChanges } from './workflow-changes.ts'

/**
 * How the manifest file differs from the text a build gave; undefined if it is the same to the byte.
 *
 * @example
 * const difference = checkManifest('baton.manifest.json', buildManifest({}).text)
 * if (difference) { console.error(difference.text); process.exitCode = 1 }
 */
export function checkManifest(path: string, text: string): ManifestDifference | undefined {
  const written = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  if (written === text) return undefined
  if (written === undefined) return { kind: 'missing', changes: [], text: `${path} does not exist; run baton build.` }
  const before = parse(written)
  if (!before) return { kind: 'unreadable', changes: [], text: `${path} is not a manifest of version 1; run baton build.` }
  const changes = workflowChanges(before, Manifest.parse(JSON.parse(text)))
  if (changes.length === 0) {
    const line = firstDifference(written, text)
    return { kind: 'format', changes, text: `${path} says the same in other bytes (line ${line}); run baton build.` }
  }
  return { kind: 'stale', changes, text: [`${path} is stale; run baton build.`, ...changes.map(changeText)].join('\n') }
}

function parse(text: string): Manifest | undefined {
  try {
    return Manifest.safeParse(JSON.parse(text)).data
  } catch {
    // Not even JSON: the same to the caller as another version.
    return undefined
  }
}

function changeText({ workflow, kind, details }: WorkflowChange): string {
  const sign = { added: '+', removed: '-', changed: '~' }[kind]
  return [`${sign} ${workflow} ${kind}`, ...details.map((detail) => `    ${detail}`)].join('\n')
}

function firstDifference(a: string, b: string): number {
  const [left, right] = [a.split('\n'), b.split('\n')]
  return left.findIndex((line, index) => line !== right[index]) + 1 || left.length
}
