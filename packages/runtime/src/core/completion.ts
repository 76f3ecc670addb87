import { BatonError } from '@baton/sdk'
import { encode, type Encoded } from '../payload/codec.ts'
import { toFailure } from '../payload/failure.ts'
import type { HistoryEvent } from './history-event.ts'
import type { StartInfo } from './start-info.ts'

/** How the program ended. */
export type Completion =
  | { readonly output: unknown }
  /** `by`: the cancellation that it let pass. */
  | { readonly error: unknown; readonly by?: 'stop' | 'timeout' | undefined }
  | { readonly killed: string }
  | { readonly input: Encoded; readonly start: StartInfo }

/** The execution was killed; nothing of it ran any more. */
class Killed extends BatonError {
  static override readonly kind = 'Killed'

  constructor(reason: string) {
    super('Killed', `Killed: ${reason}`)
  }
}

/** The event that a completion becomes: the last of the execution, or of its run. */
export function completionEvent(completion: Completion, workflow: string, maxPayloadBytes?: number): HistoryEvent {
  if ('killed' in completion) return { type: 'ExecutionKilled', failure: toFailure(new Killed(completion.killed)) }
  if ('start' in completion) return { type: 'ContinuedAsNew', input: completion.input, start: completion.start }
  if ('error' in completion) {
    const failure = toFailure(completion.error)
    if (completion.by === 'stop') return { type: 'ExecutionStopped', failure }
    return completion.by === 'timeout' ? { type: 'ExecutionTimedOut', failure } : { type: 'ExecutionFailed', failure }
  }
  try {
    return { type: 'ExecutionCompleted', output: encode(`The result of workflow '${workflow}'`, completion.output, maxPayloadBytes) }
  } catch (error) {
    return { type: 'ExecutionFailed', failure: toFailure(error) }
  }
}
