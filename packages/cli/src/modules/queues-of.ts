import type { FoundWorkflow } from './collect-workflows.ts'

/** The task queues that the workflows and their steps name. */
export function queuesOf(workflows: readonly FoundWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(({ definition }) => [definition.queue, ...[...definition.steps.values()].map((step) => step.queue)]))].sort()
}
