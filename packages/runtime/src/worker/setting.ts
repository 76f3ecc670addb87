import type { Setting } from '../core/setting.ts'
import { mintToken } from '../dispatch/token.ts'
import { currentScope, inScope } from './ambient.ts'
import { codeLogger } from './code-logger.ts'
import type { Log } from './log.ts'
import type { Registered } from './registry.ts'

/** The surroundings of an execution in a process: its scope travels with the async context. */
export function settingOf(id: string, { definition }: Registered, log: Log = () => {}): Setting {
  const { name, version, timeoutMs, runTimeoutMs } = definition
  return {
    id, workflow: name, version, timeoutMs, runTimeoutMs, enter: inScope, current: currentScope,
    mint: (command) => mintToken(id, command),
    log: (level, message, fields) => codeLogger(log, { executionId: id, workflow: name })[level](message, fields),
  }
}

