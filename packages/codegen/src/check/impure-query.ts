import { methodNamed } from '../read/read-class.ts'
import { isFunctionNode } from '../read/follow-call.ts'
import type { Rule } from './rule.ts'
import { sideEffects } from './pure-code.ts'

/** A query or a validator that changes something: it is asked outside of the log, so a replay would not know. */
export const impureQuery: Rule = (context) => {
  const { sources, workflow, handlers } = context
  const asked = [...workflow.handlers.values()].flatMap(({ name, kind, method }) => {
    if (kind === 'query') return [{ name: `The query '${name}'`, method }]
    const validate = handlers.get(name)?.validate
    const validator = validate === undefined ? undefined : methodNamed(workflow.chain, validate)
    return validator ? [{ name: `'${validate}', which validates '${name}',`, method: validator }] : []
  })
  return asked.flatMap(({ name, method }) => {
    if (!isFunctionNode(method)) return []
    return sideEffects(context, method).map(({ node, what }) => sources.diagnostic(node, {
      code: 'ImpureQuery',
      message: `${name} ${what}: it is called outside of the log, so a replay would not know of it.`,
      help: 'Only look in it; what changes something is a signal or an update.',
    }))
  })
}
