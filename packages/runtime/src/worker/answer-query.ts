import type { Execution } from '../core/execution.ts'
import type { UpdateOutcome } from '../core/mailbox.ts'
import { type Question, WAITS } from '../dispatch/message.ts'
import { encode } from '../payload/codec.ts'
import { toFailure } from '../payload/failure.ts'

/** The answer to a query from what is committed: the execution must not be in the middle of a turn. */
export function answerQuery(execution: Execution, { name, args }: Pick<Question, 'name' | 'args'>, maxPayloadBytes?: number): UpdateOutcome {
  try {
    const value = name === WAITS ? execution.waits() : execution.query(name, args)
    return { output: encode(`The answer to query '${name}'`, value, maxPayloadBytes) }
  } catch (error) {
    return { failure: toFailure(error), rejected: true }
  }
}
