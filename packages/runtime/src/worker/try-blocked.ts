import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { blockedAmong, unblock } from './blocking.ts'
import type { Log } from './log.ts'
import { codeOf, type Registry } from './registry.ts'
import { unblockReadable } from './unblock-readable.ts'

export interface TryBlockedOptions {
  readonly database: Database
  readonly dispatcher: Dispatcher
  readonly names: Names
  readonly registry: Registry
  readonly log: Log
}

/**
 * Executions that other code could not go on with may fit the code here, as in the middle of a deploy; those whose payloads
 * another worker could not read may be readable here, as in the middle of a rotation.
 */
export async function tryBlocked({ database, dispatcher, names, registry, log }: TryBlockedOptions, withCode: boolean): Promise<void> {
  const blocked = await blockedAmong(database, names, [...registry.names()])
  for (const registered of withCode ? registry.values() : []) {
    const { name } = registered.definition
    const freed = blocked.has(name) ? await unblock(database, dispatcher, names, codeOf(registered), registry.get(name) === registered) : 0
    if (freed > 0) log({ level: 'info', message: `${freed} blocked executions of '${name}' are tried with the code of this worker` })
  }
  for (const workflow of blocked) {
    const freed = await unblockReadable({ database, dispatcher, names, workflow })
    if (freed > 0) log({ level: 'info', message: `${freed} blocked executions of '${workflow}' can be read by this worker` })
  }
}
