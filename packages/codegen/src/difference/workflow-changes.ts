import type { Manifest, ManifestStep, ManifestWorkflow } from '@baton/sdk/manifest'
import { graphChanges } from './graph-changes.ts'
import type { WorkflowChange } from './manifest-difference.ts'
import { brief, valueChanges } from './value-changes.ts'

/** What changed from one manifest to another, workflow by workflow. */
export function workflowChanges(before: Manifest, after: Manifest): readonly WorkflowChange[] {
  const old = new Map(before.workflows.map((workflow) => [nameOf(workflow), workflow]))
  const now = new Map(after.workflows.map((workflow) => [nameOf(workflow), workflow]))
  const changes: WorkflowChange[] = []
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const from = old.get(name)
    const to = now.get(name)
    if (!from || !to) changes.push({ workflow: name, kind: to ? 'added' : 'removed', details: [] })
    else {
      const details = detailsOf(from, to)
      if (details.length > 0) changes.push({ workflow: name, kind: 'changed', details })
    }
  }
  return changes.toSorted((a, b) => (a.workflow < b.workflow ? -1 : 1))
}

function detailsOf(before: ManifestWorkflow, after: ManifestWorkflow): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const { steps: oldSteps, graph: oldGraph, semanticHash: oldHash, ...oldRest } = before
  const { steps: newSteps, graph: newGraph, semanticHash: newHash, ...newRest } = after
  const details = [
    ...(oldHash === newHash ? [] : [`semantic hash ${oldHash.slice(0, 12)} → ${newHash.slice(0, 12)}`]),
    ...fieldChanges('', { ...oldRest, source: undefined }, { ...newRest, source: undefined }),
    ...stepChanges(oldSteps, newSteps),
    ...graphChanges(oldGraph, newGraph),
  ]
  return details.length > 0 ? details : ['source positions moved']
}

function stepChanges(before: readonly ManifestStep[], after: readonly ManifestStep[]): readonly string[] {
  const old = new Map(before.map((step) => [step.name, step]))
  const now = new Map(after.map((step) => [step.name, step]))
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const from = old.get(name)
    const to = now.get(name)
    if (!from || !to) return [`step '${name}' ${to ? 'added' : 'removed'}`]
    return fieldChanges(`step '${name}': `, { ...from, source: undefined }, { ...to, source: undefined })
  })
  const moved = changes.length === 0 && [...old.keys()].join('\n') !== [...now.keys()].join('\n')
  return moved ? [`steps are in another order: ${[...now.keys()].join(', ')}`] : changes
}

function fieldChanges(prefix: string, before: object, after: object): readonly string[] {
  return valueChanges(before, after).map((change) => `${prefix}${change.path.join('.')} ${brief(change.before)} → ${brief(change.after)}`)
}

function nameOf({ name, version }: ManifestWorkflow): string {
  return version === '1' ? name : `${name}@${version}`
}
