import type { Manifest, ManifestGraph, ManifestWorkflow } from '@baton/sdk/manifest'
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
  const { semanticHash: oldHash } = before
  const { semanticHash: newHash } = after
  const details = [
    ...(oldHash === newHash ? [] : [`semantic hash ${oldHash.slice(0, 12)} → ${newHash.slice(0, 12)}`]),
    ...fieldChanges('', ownFields(before), ownFields(after)),
    ...memberChanges('signal', before.signals, after.signals),
    ...memberChanges('query', before.queries, after.queries),
    ...memberChanges('update', before.updates, after.updates),
    ...memberChanges('step', before.steps, after.steps),
    ...graphChanges(whole(before), whole(after)),
  ]
  return details.length > 0 ? details : ['source positions moved']
}

const ELSEWHERE = new Set(['source', 'semanticHash', 'steps', 'signals', 'queries', 'updates', 'graph', 'handlers'])

/** What is not compared member by member or node by node; positions do not count. */
function ownFields(workflow: ManifestWorkflow): object {
  const children = workflow.children.map((child) => ({ ...child, source: undefined }))
  return { ...Object.fromEntries(Object.entries(workflow).filter(([key]) => !ELSEWHERE.has(key))), children }
}

/** The graph of `run` and those of the handlers, whose ids differ, as one. */
function whole({ graph, handlers }: ManifestWorkflow): ManifestGraph {
  const graphs = [graph, ...handlers.map((handler) => handler.graph)]
  return { nodes: graphs.flatMap(({ nodes }) => nodes), edges: graphs.flatMap(({ edges }) => edges) }
}

interface Member {
  readonly name: string
}

function memberChanges(what: 'signal' | 'query' | 'update' | 'step', before: readonly Member[], after: readonly Member[]): readonly string[] {
  const old = new Map(before.map((member) => [member.name, member]))
  const now = new Map(after.map((member) => [member.name, member]))
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const from = old.get(name)
    const to = now.get(name)
    if (!from || !to) return [`${what} '${name}' ${to ? 'added' : 'removed'}`]
    return fieldChanges(`${what} '${name}': `, { ...from, source: undefined }, { ...to, source: undefined })
  })
  const moved = changes.length === 0 && [...old.keys()].join('\n') !== [...now.keys()].join('\n')
  return moved ? [`${what === 'query' ? 'queries' : `${what}s`} are in another order: ${[...now.keys()].join(', ')}`] : changes
}

function fieldChanges(prefix: string, before: object, after: object): readonly string[] {
  return valueChanges(before, after).map((change) => `${prefix}${change.path.join('.')} ${brief(change.before)} → ${brief(change.after)}`)
}

function nameOf({ name, version }: ManifestWorkflow): string {
  return version === '1' ? name : `${name}@${version}`
}
