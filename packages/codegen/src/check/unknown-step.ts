import type { Rule } from './rule.ts'
import { nearestName } from '@baton/sdk/host'
import { partAt } from '../read/static-value.ts'

/** `after` names a step that the class does not have. */
export const unknownStep: Rule = ({ sources, workflow, name, options }) =>
  [...workflow.steps.values()].flatMap((step) =>
    (options.get(step.name)?.after ?? []).flatMap((other, index) => {
      if (workflow.steps.has(other)) return []
      const hint = nearestName(other, workflow.steps.keys())
      return sources.diagnostic(partAt(step.options, ['after', index]).node, {
        code: 'UnknownStep',
        message: `${name}.${step.name} comes after '${other}', which is no step of the class.`,
        help: hint ? `Did you mean '${hint}'?` : `Steps are: ${[...workflow.steps.keys()].join(', ')}.`,
      })
    }))
