import { BatonError } from '@baton/sdk'
import type { WorkflowDefinition } from '@baton/sdk/host'
import type { Manifest } from '@baton/sdk/manifest'

/** The code a worker was given is not the code its manifest describes. */
export class ManifestMismatch extends BatonError {
  static override readonly kind = 'ManifestMismatch'

  constructor(workflow: string, differences: readonly string[]) {
    super(
      'ManifestMismatch',
      `The manifest does not describe workflow '${workflow}' as the code has it: ${differences.join('; ')}. Run 'baton build' and deploy both together.`,
    )
  }
}

/**
 * The semantic hash of the workflow in the manifest, after comparing what both say.
 *
 * @throws ManifestMismatch naming each difference.
 */
export function checkManifest(definition: WorkflowDefinition, manifest: Manifest): string {
  const described = manifest.workflows.find(({ name, version }) => name === definition.name && version === definition.version)
  if (!described) throw new ManifestMismatch(definition.name, [`it has no workflow '${definition.name}' of version ${definition.version}`])
  const differences: string[] = []
  const compare = (what: string, said: unknown, real: unknown): void => {
    if (JSON.stringify(said) !== JSON.stringify(real)) {
      differences.push(`${what} is ${JSON.stringify(said)} in the manifest and ${JSON.stringify(real)} in the code`)
    }
  }
  compare('kind', described.kind, definition.kind)
  compare('queue', described.queue, definition.queue)
  compare('attributes', sorted(described.attributes), sorted(definition.attributes))
  compare('triggers', described.triggers, definition.triggers.map(({ kind, name, expression, timezone }) => ({ kind, name, expression, timezone })))
  compare('timeout', described.timeoutMs, definition.timeoutMs ?? null)
  compare('runTimeout', described.runTimeoutMs, definition.runTimeoutMs ?? null)
  for (const kind of ['signals', 'queries', 'updates'] as const) {
    compare(kind, described[kind].map(({ name }) => name).sort(), [...definition[kind].keys()].sort())
  }
  for (const { name, validate } of described.updates) {
    const real = definition.updates.get(name)
    if (real) compare(`${name}.validate`, validate, real.validate ?? null)
  }
  compare('steps', described.steps.map(({ name }) => name).sort(), [...definition.steps.keys()].sort())
  for (const said of described.steps) {
    const real = definition.steps.get(said.name)
    if (!real) continue
    compare(`${said.name}.retry`, sorted(said.retry), sorted(real.retry))
    for (const timeout of ['timeout', 'totalTimeout', 'scheduleToStartTimeout', 'heartbeatTimeout'] as const) {
      compare(`${said.name}.${timeout}`, said[`${timeout}Ms`], real[`${timeout}Ms`] ?? null)
    }
    compare(`${said.name}.priority`, said.priority, real.priority)
    compare(`${said.name}.queue`, said.queue, real.queue)
    compare(`${said.name}.prefer`, said.prefer, real.prefer)
    compare(`${said.name}.cancellation`, said.cancellation, real.cancellation)
    compare(`${said.name}.compensate`, said.compensate, real.compensate ?? null)
    compare(`${said.name}.transactional`, said.transactional, real.transactional)
    compare(`${said.name}.after`, said.after, real.after)
    compare(`${said.name}.join`, said.join, real.join)
    compare(`${said.name}.onFailure`, said.onFailure, real.onFailure)
  }
  if (differences.length > 0) throw new ManifestMismatch(definition.name, differences)
  return described.semanticHash
}

/** The same with its keys in order, so that their order makes no difference. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]))
}
