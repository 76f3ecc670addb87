import { DefinitionError } from '../errors/definition-error.ts'
import { nearestName } from './nearest-name.ts'
import type { StepDefinition } from './workflow-definition.ts'

/**
 * Refuses compensations that are no step, that need compensation themselves, or that stand in a declared graph.
 *
 * @throws DefinitionError `UnknownStep`, `InvalidOption`.
 */
export function checkCompensation(workflow: string, steps: ReadonlyMap<string, StepDefinition>): void {
  for (const { name, compensate, after, isCompensation, when } of steps.values()) {
    const where = `${workflow}.${name}`
    for (const other of after) {
      if (!steps.get(other)?.isCompensation) continue
      throw new DefinitionError('InvalidOption', `${where} comes after '${other}', which compensates another step and so is no node of the graph.`)
    }
    if (isCompensation && (after.length > 0 || when !== undefined)) {
      throw new DefinitionError('InvalidOption', `${where} compensates another step and so is no node of the graph; drop after and when.`)
    }
    if (compensate === undefined) continue
    if (!steps.has(compensate)) {
      const hint = nearestName(compensate, steps.keys())
      throw new DefinitionError(
        'UnknownStep',
        `${where} is compensated by '${compensate}', which is no step of the class${hint ? `; did you mean '${hint}'?` : '.'}`,
      )
    }
    if (isCompensation) {
      throw new DefinitionError('InvalidOption', `${where} compensates another step and has a compensation itself; what undoes is not undone.`)
    }
  }
}
