import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Sources } from '../project/sources.ts'
import type { Calls } from '../read/follow-call.ts'
import type { Reach } from '../read/reach.ts'
import type { HandlerOptionsValue, StepOptionsValue } from '../read/step-options.ts'
import type { WorkflowSource } from '../read/workflow-source.ts'

/** What a rule may look at. */
export interface RuleContext {
  readonly sources: Sources
  readonly workflow: WorkflowSource
  /** The workflow's name, or its class's while the name is unknown. */
  readonly name: string
  readonly calls: Calls
  readonly reach: Reach
  /** Options of the steps as far as they could be read. */
  readonly options: ReadonlyMap<string, StepOptionsValue>
  /** Options of the signals, queries and updates as far as they could be read. */
  readonly handlers: ReadonlyMap<string, HandlerOptionsValue>
}

/** Looks for one kind of mistake in one workflow. */
export type Rule = (context: RuleContext) => readonly Diagnostic[]
