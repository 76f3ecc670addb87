import { ts } from 'ts-morph'
import type { Rule } from './rule.ts'

/** Where some steps can be undone, those that cannot are easily forgotten; a doc tag says that it is meant so. */
const MEANT_SO = 'uncompensated'

/** Steps without `compensate` in a workflow where others have one. */
export const missingCompensation: Rule = ({ sources, workflow, name, options }) => {
  const steps = [...workflow.steps.values()]
  const undo = new Set(steps.map((step) => options.get(step.name)?.compensate).filter((other) => other !== undefined && workflow.steps.has(other)))
  if (undo.size === 0) return []
  const missing = steps.filter(({ name: step, method }) =>
    !undo.has(step) && options.get(step)?.compensate === undefined && !ts.getJSDocTags(method).some((tag) => tag.tagName.text === MEANT_SO))
  if (missing.length === 0) return []
  const several = missing.length > 1
  return [
    sources.diagnostic(workflow.class.name ?? workflow.class, {
      code: 'MissingCompensation',
      severity: 'warning',
      message: `Workflow '${name}' undoes some of its steps when it fails, but not ${missing.map((step) => step.name).join(', ')}.`,
      help: `Give ${several ? 'them' : 'it'} compensate, or the doc tag @${MEANT_SO} where there is nothing to undo.`,
    }),
  ]
}
