import type { HandlerKind } from '@baton/sdk/host'
import type { ts } from 'ts-morph'
import type { StaticValue } from './static-value.ts'

/** A decorated class as written, before anything is checked. */
export interface WorkflowSource {
  readonly class: ts.ClassDeclaration
  readonly decorator: ts.Decorator
  readonly options: StaticValue
  /** `{ attributes }` where the class declares search attributes. */
  readonly attributes: StaticValue
  /** The class and its ancestors in the project, the farthest first. */
  readonly chain: readonly ts.ClassLikeDeclaration[]
  /** By name; inherited ones first, as the SDK orders them. */
  readonly steps: ReadonlyMap<string, StepSource>
  readonly runs: readonly RunSource[]
  /** By name, in the order of `steps`. */
  readonly handlers: ReadonlyMap<string, HandlerSource>
}

export interface StepSource {
  readonly name: string
  readonly decorator: ts.Decorator
  readonly options: StaticValue
  /** The method that runs: the nearest one of that name, which an override may have replaced. */
  readonly method: ts.MethodDeclaration
}

export interface RunSource {
  readonly name: string
  readonly decorator: ts.Decorator
  readonly method: ts.MethodDeclaration
}

/** A signal, query or update. */
export interface HandlerSource {
  readonly name: string
  readonly kind: HandlerKind
  readonly decorator: ts.Decorator
  readonly options: StaticValue
  readonly method: ts.MethodDeclaration
}

/** The program of an imperative workflow; undefined for a declarative one. */
export function runOf(workflow: WorkflowSource): RunSource | undefined {
  return workflow.runs.find((run) => run.name === 'run') ?? workflow.runs[0]
}

/** What to call the workflow in messages before its name is known. */
export function classNameOf(workflow: WorkflowSource): string {
  return workflow.class.name?.text ?? 'default'
}
