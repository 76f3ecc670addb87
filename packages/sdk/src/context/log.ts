import { WrongContext } from '../errors/step-errors.ts'
import { currentHost } from '../host.ts'
import type { LogFields, Logger, LogLevel } from '../types/logger.ts'

const write = (level: LogLevel) => (message: string, fields: LogFields = {}): void => {
  const host = currentHost()
  const scope = host?.workflow()
  const step = host?.step()
  if (scope) scope.log(level, message, fields)
  else if (step) step.log[level](message, fields)
  else throw new WrongContext(`log.${level}() was called outside a workflow; it belongs in run() or in a step.`)
}

/**
 * The worker's log, for workflow code: silent in a replay, so that a line is written when its moment comes and not again; a
 * takeover may repeat the last ones. In a step it is the same as `stepContext().log`.
 *
 * @throws WrongContext outside of both.
 * @example log.info('waiting for the parcel', { id: order.id })
 */
export const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
