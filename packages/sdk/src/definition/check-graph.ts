import { DefinitionError } from '../errors/definition-error.ts'
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
      const hint = nearest(name, [...steps.keys()])
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

function nearest(name: string, names: readonly string[]): string | undefined {
  const scored = names.map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
  scored.sort((a, b) => a.distance - b.distance)
  const best = scored[0]
  return best && best.distance <= Math.max(2, name.length / 3) ? best.candidate : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitute))
    }
    row = next
  }
  return row[b.length] ?? 0
}
