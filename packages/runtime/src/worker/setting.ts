import type { Setting } from '../core/setting.ts'
import { mintToken } from '../dispatch/token.ts'
import { currentScope, inScope } from './ambient.ts'
import type { Registered } from './registry.ts'

/** The surroundings of an execution in a process: its scope travels with the async context. */
export function settingOf(id: string, { definition }: Registered): Setting {
  const { name, version, timeoutMs, runTimeoutMs } = definition
  return { id, workflow: name, version, timeoutMs, runTimeoutMs, enter: inScope, current: currentScope, mint: (command) => mintToken(id, command) }
}

