import { partAt } from '../read/static-value.ts'
import type { Rule } from './rule.ts'

/** Steps of a declarative workflow wait for each other. */
export const cyclicSteps: Rule = ({ sources, workflow, name, options }) => {
  const after = (step: string): readonly string[] => options.get(step)?.after ?? []
  const circle = findCircle([...workflow.steps.keys()], after)
  const [first, second] = circle
  const step = first === undefined ? undefined : workflow.steps.get(first)
  if (!step || second === undefined) return []
  const node = partAt(step.options, ['after', after(step.name).indexOf(second)]).node
  return [
    sources.diagnostic(node, {
      code: 'CyclicSteps',
      message: `Steps of '${name}' wait for each other: ${circle.toReversed().join(' → ')}.`,
      help: 'Take one of these names out of after; a repetition belongs in a workflow with @Run.',
    }),
  ]
}

/** A step, what it waits for, …, the step again; empty if nothing waits for itself. */
function findCircle(steps: readonly string[], after: (step: string) => readonly string[]): readonly string[] {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (step: string): readonly string[] => {
    if (done.has(step)) return []
    const at = path.indexOf(step)
    if (at >= 0) return [...path.slice(at), step]
    path.push(step)
    for (const before of after(step)) {
      const circle = visit(before)
      if (circle.length > 0) return circle
    }
    path.pop()
    done.add(step)
    return []
  }
  for (const step of steps) {
    const circle = visit(step)
    if (circle.length > 0) return circle
  }
  return []
}
