import { optionNode } from './read-options.ts'
import type { Rule } from './rule.ts'

const GRAPH_OPTIONS = ['after', 'when', 'join', 'onFailure'] as const

/** Options that make a graph, in a class whose `run` makes the order. */
export const runWithAfter: Rule = ({ sources, workflow, name, options }) => {
  if (workflow.runs.length === 0) return []
  return [...workflow.steps.values()].flatMap((step) => {
    const found = GRAPH_OPTIONS.find((option) => options.get(step.name)?.[option] !== undefined)
    if (!found) return []
    return sources.diagnostic(optionNode(step.options, found, step.decorator), {
      code: 'RunWithAfter',
      message: `${name}.${step.name} says ${found}, but the workflow has @Run: the order is what run says.`,
      help: `Drop ${found} or @Run.`,
    })
  })
}
