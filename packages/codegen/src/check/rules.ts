import { cyclicSteps } from './cyclic-steps.ts'
import { floatingStep } from './floating-step.ts'
import { noSteps } from './no-steps.ts'
import { notExported } from './not-exported.ts'
import { plainMethod } from './plain-method.ts'
import type { Rule } from './rule.ts'
import { runNotNamedRun } from './run-not-named-run.ts'
import { runWithAfter } from './run-with-after.ts'
import { stepInsideStep } from './step-inside-step.ts'
import { stepNotAsync } from './step-not-async.ts'
import { unknownStep } from './unknown-step.ts'

/** Every rule about one workflow; what concerns several is in `duplicate-workflow.ts`, types in `schema/`. */
export const RULES: readonly Rule[] = [
  noSteps, runNotNamedRun, plainMethod, runWithAfter, unknownStep, cyclicSteps, stepNotAsync, floatingStep, stepInsideStep, notExported,
]
