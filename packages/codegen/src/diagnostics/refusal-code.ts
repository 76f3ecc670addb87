import type { BatonDiagnosticCode } from './diagnostic.ts'

const REFUSALS: ReadonlySet<unknown> = new Set<BatonDiagnosticCode>([
  'CyclicSteps', 'InvalidDuration', 'InvalidName', 'InvalidOption', 'InvalidTrigger', 'NoSteps', 'RunWithAfter', 'UnknownStep',
])

/** Whether the SDK refuses workflows under this code. */
export function isRefusal(code: unknown): code is BatonDiagnosticCode {
  return REFUSALS.has(code)
}
