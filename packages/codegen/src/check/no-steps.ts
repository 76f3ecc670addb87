import type { Rule } from './rule.ts'

/** A class with neither `@Run` nor `@Step` does nothing. */
export const noSteps: Rule = ({ sources, workflow, name }) =>
  workflow.steps.size > 0 || workflow.runs.length > 0
    ? []
    : [
        sources.diagnostic(workflow.class.name ?? workflow.class, {
          code: 'NoSteps',
          message: `Workflow '${name}' has neither a method decorated with @Run nor a @Step.`,
          help: 'Decorate its methods; Step and Run must be imported from @baton/sdk.',
        }),
      ]
