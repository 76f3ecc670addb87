import type { WorkflowEntry } from '@baton/runtime'
import { register, type Registered } from '@baton/runtime/core'
import type { WorkflowClass } from '@baton/sdk'

/**
 * A class as a worker would serve it.
 *
 * @throws DefinitionError, RegistrationFailed.
 */
export function registeredOf(workflow: WorkflowClass | WorkflowEntry): Registered {
  const [registered] = register([workflow], undefined).values()
  if (!registered) throw new TypeError('Nothing was registered.') // register has thrown, or there is one
  return registered
}
