import { cyclicSteps } from './cyclic-steps.ts'
import { endlessLoop } from './endless-loop.ts'
import { floatingStep } from './floating-step.ts'
import { forEachWrites } from './for-each-writes.ts'
import { impureCondition } from './impure-condition.ts'
import { impureQuery } from './impure-query.ts'
import { missingCompensation } from './missing-compensation.ts'
import { noSteps } from './no-steps.ts'
import { notExported } from './not-exported.ts'
import { notSynchronous } from './not-synchronous.ts'
import { plainMethod } from './plain-method.ts'
import type { Rule } from './rule.ts'
import { runNotNamedRun } from './run-not-named-run.ts'
import { runWithAfter } from './run-with-after.ts'
import { stepInsideStep } from './step-inside-step.ts'
import { stepNotAsync } from './step-not-async.ts'
import { swallowedContinue } from './swallowed-continue.ts'
import { unknownMethod } from './unknown-method.ts'
import { unknownSignal } from './unknown-signal.ts'
import { unknownStep } from './unknown-step.ts'

/** Every rule about one workflow; what concerns several is in `duplicate-workflow.ts`, types in `schema/`. */
export const RULES: readonly Rule[] = [
  noSteps, runNotNamedRun, plainMethod, runWithAfter, unknownStep, cyclicSteps, stepNotAsync, floatingStep, stepInsideStep, notExported,
  notSynchronous, impureQuery, impureCondition, unknownMethod, unknownSignal, forEachWrites, endlessLoop, swallowedContinue,
  missingCompensation,
]
