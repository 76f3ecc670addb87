import { nearestName, type WorkflowDefinition } from '@baton/sdk/host'
import { TestingError } from '../testing-error.ts'
import { type Behaviour, Behaviours } from './behaviours.ts'

const OWN_BODY: Behaviour = { body: undefined, delayMs: 0 }

/** The mocks of an environment, by workflow or by workflow and step. */
export class Mocks {
  readonly #behaviours = new Map<string, Behaviours>()

  /** The behaviours of a step, made when first asked for. */
  of(definition: WorkflowDefinition, step: string): Behaviours {
    assertStep(definition, step)
    const key = `${definition.name}/${step}`
    const known = this.#behaviours.get(key)
    if (known) return known
    const made = new Behaviours()
    this.#behaviours.set(key, made)
    return made
  }

  /** The behaviours of a workflow's executions, made when first asked for. */
  ofWorkflow(workflow: string): Behaviours {
    const known = this.#behaviours.get(workflow) ?? new Behaviours()
    this.#behaviours.set(workflow, known)
    return known
  }

  /** How the next execution of a workflow goes. */
  takeWorkflow(workflow: string): Behaviour {
    return this.#behaviours.get(workflow)?.take() ?? OWN_BODY
  }

  /** How the next attempt of a step goes. */
  take(workflow: string, step: string): Behaviour {
    return this.#behaviours.get(`${workflow}/${step}`)?.take() ?? OWN_BODY
  }
}

/** @throws TestingError `UnknownStep`. */
export function assertStep({ name, steps }: WorkflowDefinition, step: string): void {
  if (steps.has(step)) return
  const near = nearestName(step, steps.keys())
  throw new TestingError(
    'UnknownStep',
    `Workflow '${name}' has no step '${step}'${near === undefined ? '' : `; did you mean '${near}'?`} Its steps are ${[...steps.keys()].join(', ') || 'none'}.`,
  )
}
