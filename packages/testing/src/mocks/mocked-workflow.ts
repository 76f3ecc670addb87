// A workflow whose one step is the mock: its execution has a log, a virtual delay and an end as any other.
import { type Execution, register, type Registered } from '@baton/runtime/core'
import { Run, Step, StepFailed, Workflow } from '@baton/sdk'
import type { Body } from './behaviours.ts'

@Workflow({ name: 'mocked' })
class Mocked {
  @Step({ retry: { maxAttempts: 1 } }) async mock(input: unknown): Promise<unknown> {
    return input
  }

  @Run() async run(input: unknown): Promise<unknown> {
    return this.mock(input)
  }
}

const [mocked] = register([Mocked], undefined).values()

/** The workflow with `body` in place of its `run`. */
export function mockedAs(workflow: Registered, body: Body): Registered {
  const step = mocked?.definition.steps.get('mock')
  if (!step) throw new TypeError('The mocked workflow has lost its step.')
  return {
    ...workflow,
    definition: { ...workflow.definition, steps: new Map([[step.name, step]]) },
    steps: { [step.name]: body },
    program: async (execution: Execution, input: unknown) => {
      try {
        return await execution.step(step, [input])
      } catch (error) {
        throw error instanceof StepFailed ? error.cause : error // what the mock threw is what `run` throws
      }
    },
  }
}
