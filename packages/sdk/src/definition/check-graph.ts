import { DefinitionError } from '../errors/definition-error.ts'
import { nearestName } from './nearest-name.ts'
import type { StepDefinition } from './workflow-definition.ts'

/**
 * Refuses a declarative workflow whose steps name unknown steps or wait for each other in a circle.
 *
 * @throws DefinitionError `UnknownStep`, `CyclicSteps`.
 */
export function checkGraph(workflow: string, steps: ReadonlyMap<string, StepDefinition>): void {
  for (const step of steps.values()) {
    for (const name of step.after) {
      if (steps.has(name)) continue
      const hint = nearestName(name, steps.keys())
      throw new DefinitionError(
        'UnknownStep',
        `${workflow}.${step.name} comes after '${name}', which is no step of the class${hint ? `; did you mean '${hint}'?` : '.'}`,
      )
    }
  }
  const done = new Set<string>()
  const path: string[] = []
  const visit = (name: string): void => {
    if (done.has(name)) return
    const at = path.indexOf(name)
    if (at >= 0) {
      const circle = [...path.slice(at), name].toReversed().join(' → ')
      throw new DefinitionError('CyclicSteps', `Steps of '${workflow}' wait for each other: ${circle}.`)
    }
    path.push(name)
    for (const before of steps.get(name)?.after ?? []) visit(before)
    path.pop()
    done.add(name)
  }
  for (const name of steps.keys()) visit(name)
}
