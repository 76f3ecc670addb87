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
  compare('steps', described.steps.map(({ name }) => name).sort(), [...definition.steps.keys()].sort())
  for (const said of described.steps) {
    const real = definition.steps.get(said.name)
    if (!real) continue
    compare(`${said.name}.retry`, sorted(said.retry), sorted(real.retry))
    compare(`${said.name}.timeout`, said.timeoutMs, real.timeoutMs ?? null)
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

function sorted(record: object): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
