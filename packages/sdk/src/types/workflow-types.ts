/** A workflow class, as the client and the worker take it. */
export type WorkflowClass<T extends object = object> = abstract new (...args: never[]) => T

/** The input of a workflow class: the parameter of `run`; `unknown` for a declarative class, which its schema checks. */
export type InputOf<C extends WorkflowClass> = InstanceType<C> extends { run(input: infer I): Promise<unknown> }
  ? I
  : InstanceType<C> extends { run(): Promise<unknown> }
    ? undefined
    : unknown

/** The result of a workflow class: what `run` returns; the outputs of its last steps by name for a declarative class. */
export type OutputOf<C extends WorkflowClass> = InstanceType<C> extends { run(...args: never[]): Promise<infer O> }
  ? O
  : Readonly<Record<string, unknown>>

/**
 * The outputs of steps `K` of class `C`: what a step of a declarative workflow is given.
 *
 * @example @Step({ after: ['extract'] }) async clean(up: Outputs<DailyEtl, 'extract'>): Promise<Row[]> { … }
 */
export type Outputs<C, K extends keyof C> = {
  readonly [P in K]: C[P] extends (...args: never[]) => Promise<infer R> ? R : never
}
