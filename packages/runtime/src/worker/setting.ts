import type { Setting } from '../core/setting.ts'
import { mintToken } from '../dispatch/token.ts'
import { currentScope, inScope, outside } from './ambient.ts'
import { codeLogger } from './code-logger.ts'
import type { Log } from './log.ts'
import type { Registered } from './registry.ts'

/** The surroundings of an execution in a process: its scope travels with the async context. */
export function settingOf(id: string, { definition, guarded, maxPayloadBytes, places }: Registered, log: Log = () => {}): Setting {
  const { name, version, timeoutMs, runTimeoutMs } = definition
  return {
    id, workflow: name, version, timeoutMs, runTimeoutMs, maxPayloadBytes, steps: places, current: currentScope,
    enter: guarded ? inScope : (scope, act) => inScope(scope, act, false),
    mint: (command) => mintToken(id, command),
    // What the worker's logger does is none of the workflow's.
    log: (level, message, fields) => outside(() => codeLogger(log, { executionId: id, workflow: name })[level](message, fields)),
  }
}

