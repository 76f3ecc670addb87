import { WrongContext } from '../errors/step-errors.ts'
import { currentHost } from '../host.ts'
import { type Duration, parseDuration } from '../types/duration.ts'

/**
 * Suspends the workflow durably: no worker is needed meanwhile, and a restart does not begin the wait anew.
 *
 * @throws WrongContext outside a workflow's `run`; DefinitionError `InvalidDuration`.
 * @example await sleep('1h')
 */
export function sleep(duration: Duration): Promise<void> {
  const scope = currentHost()?.workflow()
  if (!scope) {
    const where = currentHost()?.step() ? 'inside a step' : 'outside a workflow'
    throw new WrongContext(`sleep() was called ${where}; it belongs in run(), where it is durable.`)
  }
  return scope.sleep(parseDuration(duration))
}
