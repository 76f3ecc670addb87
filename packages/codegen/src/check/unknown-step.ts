import type { Rule } from './rule.ts'
import { nearestName } from '@baton/sdk/host'
import { partAt } from '../read/static-value.ts'

/** `after` or `compensate` names a step that the class does not have. */
export const unknownStep: Rule = ({ sources, workflow, name, options }) =>
  [...workflow.steps.values()].flatMap((step) => {
    const { after = [], compensate } = options.get(step.name) ?? {}
    const named = [
      ...after.map((other, index) => ({ other, path: ['after', index], how: 'comes after' })),
      ...(compensate === undefined ? [] : [{ other: compensate, path: ['compensate'], how: 'is compensated by' }]),
    ]
    return named.flatMap(({ other, path, how }) => {
      if (workflow.steps.has(other)) return []
      const hint = nearestName(other, workflow.steps.keys())
      return sources.diagnostic(partAt(step.options, path).node, {
        code: 'UnknownStep',
        message: `${name}.${step.name} ${how} '${other}', which is no step of the class.`,
        help: hint ? `Did you mean '${hint}'?` : `Steps are: ${[...workflow.steps.keys()].join(', ')}.`,
      })
    })
  })
