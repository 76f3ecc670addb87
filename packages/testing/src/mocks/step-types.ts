import type { WorkflowClass } from '@baton/sdk'

type AsyncMethod = (...args: never[]) => Promise<unknown>

/** The names of a class's steps: its public async methods other than `run`. */
export type StepName<C extends WorkflowClass> = {
  [K in keyof InstanceType<C> & string]: K extends 'run' ? never : InstanceType<C>[K] extends AsyncMethod ? K : never
}[keyof InstanceType<C> & string]

/** The arguments of step `K` of class `C`. */
export type StepArgs<C extends WorkflowClass, K extends StepName<C>> = InstanceType<C>[K] extends (...args: infer A) => Promise<unknown>
  ? A
  : never

/** What step `K` of class `C` returns. */
export type StepOutput<C extends WorkflowClass, K extends StepName<C>> = InstanceType<C>[K] extends (...args: never[]) => Promise<infer R>
  ? R
  : never
