import type { ManifestNode, NodeKind } from '@baton/sdk/manifest'

/** The word before a node's label, where the label alone would not say what happens. */
const WORDS: Partial<Record<NodeKind, string>> = {
  sleep: 'sleep', sleepUntil: 'sleep until', condition: 'wait until', approval: 'approval', token: 'wait for', child: 'child',
  signal: 'signal', stop: 'stop', patched: 'patched', forEach: 'forEach', scope: 'scope', return: 'return', throw: 'throw',
  continueAsNew: 'continue as new',
}

/** What a picture says of a node. */
export function nodeText({ kind, step, label }: ManifestNode): string {
  if (step !== undefined) return step
  const word = WORDS[kind]
  return word === undefined ? (label ?? kind) : `${word} ${label ?? ''}`.trim()
}

/** Whether the graphs inside need frames of their own: one that is the body of its node does not. */
export function framesParts({ kind, graphs = [] }: ManifestNode): boolean {
  if (kind === 'loop' || kind === 'scope') return false
  return kind !== 'forEach' || graphs.length > 1
}
