import type { HistoryEvent } from '../core/history-event.ts'
import { childMessage, stopMessage } from '../dispatch/message.ts'
import type { NewMessage } from '../dispatch/post.ts'
import type { Actor } from './actor.ts'

/** What an execution that ends tells others: its parent how it ended, its children by their policies. */
export function farewells({ execution, id }: Actor, last: HistoryEvent): readonly NewMessage[] {
  if (last.type === 'ContinuedAsNew') return []
  const messages: NewMessage[] = []
  const { parent } = execution.run
  if (parent) {
    if (last.type === 'ExecutionCompleted') messages.push(childMessage(parent.execution, parent.command, { output: last.output }))
    else if ('failure' in last) messages.push(childMessage(parent.execution, parent.command, { failure: last.failure }))
  }
  for (const child of execution.commands.children()) {
    if (child.policy !== 'abandon') messages.push(stopMessage(child.execution, child.policy, `its parent '${id}' has ended`))
  }
  return messages
}
