import type { SourceFrame } from './source-frame.ts'

/** What Baton itself finds wrong with a workflow; where the SDK refuses the same thing, it uses the same word. */
export type BatonDiagnosticCode =
  | 'CyclicSteps'
  | 'DuplicateWorkflow'
  | 'EndlessLoop'
  | 'FloatingStep'
  | 'ForEachWrites'
  | 'ImpureCondition'
  | 'ImpureQuery'
  | 'InvalidDuration'
  | 'InvalidName'
  | 'InvalidOption'
  | 'InvalidTrigger'
  | 'MissingCompensation'
  | 'NoSteps'
  | 'NotExported'
  | 'NotSerializable'
  | 'NotSynchronous'
  | 'RunNotNamedRun'
  | 'RunWithAfter'
  | 'StepInsideStep'
  | 'StepNotAsync'
  | 'SwallowedContinueAsNew'
  | 'UnknownMethod'
  | 'UnknownSignal'
  | 'UnknownStep'
  | 'UnresolvableOption'

/** A Baton code, or TypeScript's own with its number, such as `TS2322`. */
export type DiagnosticCode = BatonDiagnosticCode | `TS${number}`

/** One finding, with all that is needed to show it: formatting reads no file. */
export interface Diagnostic {
  /** Stable: switch on this, not on the message. */
  readonly code: DiagnosticCode
  /** An error keeps its workflow out of the manifest. */
  readonly severity: 'error' | 'warning'
  /** What is wrong, in a sentence. */
  readonly message: string
  /** What to do about it. */
  readonly help?: string | undefined
  /** Relative to the project's root, with `/`. */
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1, in UTF-16 units. */
  readonly column: number
  /** The source around it. */
  readonly frame: SourceFrame
}

/** Errors of a file before those of the next, from the top down. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.code, b.code)
    || compareText(a.message, b.message)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
