import { isFunctionNode } from '../read/follow-call.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Rule } from './rule.ts'
import { reachedFunctions, visitCalls } from './workflow-code.ts'

/** A step called by another, at once or through helpers: it would run unrecorded, as a plain method. */
export const stepInsideStep: Rule = ({ sources, workflow, calls }) => {
  const found = new Map<unknown, Diagnostic>()
  for (const step of workflow.steps.values()) {
    if (!isFunctionNode(step.method)) continue
    for (const { target, via } of reachedFunctions(calls, step.method)) {
      visitCalls(target.body, (call) => {
        const meaning = calls.meaning(call)
        if (meaning.kind !== 'step' && meaning.kind !== 'sdk') return
        const called = meaning.name
        const path = [step.name, ...via, called].join(' → ')
        found.set(call, sources.diagnostic(call, {
          code: 'StepInsideStep',
          message: meaning.kind === 'step'
            ? `The step '${called}' is called inside the step '${step.name}' (${path}): it would run unrecorded, as a plain method.`
            : `${called}() is called inside the step '${step.name}' (${path}), where it throws: it belongs to workflow code.`,
          help: 'Call it from run, or move what both need into a plain function.',
        }))
      })
    }
  }
  return [...found.values()]
}
