import type { BatonError } from '@baton/sdk'
import type { ts } from 'ts-morph'
import { optionNode } from '../check/read-options.ts'
import type { RuleContext } from '../check/rule.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isRefusal } from '../diagnostics/refusal-code.ts'
import type { AttributesValue, WorkflowOptionsValue } from '../read/step-options.ts'
import { defineWithSdk } from './define-with-sdk.ts'

/** What the SDK refused, at the option it means: the parts are tried one by one until one is refused alone. */
export function sdkRefusal(context: RuleContext, options: WorkflowOptionsValue, declared: AttributesValue, error: BatonError): Diagnostic {
  const code = isRefusal(error.code) ? error.code : 'InvalidOption'
  return context.sources.diagnostic(culprit(context, options, declared), { code, message: error.message })
}

function culprit({ workflow, options: steps }: RuleContext, options: WorkflowOptionsValue, declared: AttributesValue): ts.Node {
  const { name, version } = options
  const alone = { name, ...(version === undefined ? {} : { version }) }
  if ('code' in defineWithSdk(alone, new Map(), true)) return optionNode(workflow.options, 'name', workflow.decorator)
  if ('code' in defineWithSdk(alone, new Map(), true, declared)) return optionNode(workflow.attributes, 'attributes', workflow.decorator)
  const { triggers: _, ...untriggered } = options
  if ('code' in defineWithSdk(untriggered, new Map(), true)) return optionNode(workflow.options, 'queue', workflow.decorator)
  if ('code' in defineWithSdk(options, new Map(), true)) return optionNode(workflow.options, 'triggers', workflow.decorator)
  for (const step of workflow.steps.values()) {
    const { after: _, compensate: __, ...own } = steps.get(step.name) ?? {}
    if (!('code' in defineWithSdk(alone, new Map([[step.name, own]]), false))) continue
    const option = Object.entries(own).find(([key, value]) => 'code' in defineWithSdk(alone, new Map([[step.name, { [key]: value }]]), false))
    return optionNode(step.options, option?.[0] ?? '', step.decorator)
  }
  const twice = [...workflow.handlers.values()].find(({ name }) => workflow.steps.has(name) || workflow.runs.some((run) => run.name === name))
  return twice?.decorator ?? workflow.decorator
}
