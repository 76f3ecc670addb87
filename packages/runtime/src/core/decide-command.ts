// The event that an input about an open command becomes; undefined if it has none (late, or of an attempt that is over).
import { StepTimedOut } from '@baton/sdk'
import { toFailure } from '../payload/failure.ts'
import type { HistoryEvent } from './history-event.ts'
import type { CommandInput, StepOutcome } from './input.ts'
import type { Open, OpenStep, OpenToken } from './open.ts'
import { placed } from './placed.ts'
import { countFailure, delayAfter } from './retry.ts'
import { endDeadline } from './step-deadlines.ts'

export function decideCommand(open: Open, input: CommandInput, now: number, execution: string): HistoryEvent | undefined {
  const event = decide(open, input, now, execution)
  return event && placed(event, open.scope)
}

function decide(open: Open, input: CommandInput, now: number, execution: string): HistoryEvent | undefined {
  const { command } = input
  switch (input.kind) {
    case 'completed':
    case 'failed':
      return open.kind === 'step' ? decideStep(open, input, now, execution) : undefined
    case 'deadline':
      return open.kind === 'step' ? decideDeadline(open, now) : undefined
    case 'timer':
      return open.kind === 'timer' ? { type: 'TimerFired', command } : undefined
    case 'child-started':
      return open.kind === 'child' && !open.isStarted ? { type: 'ChildStarted', command, execution: input.execution } : undefined
    case 'child-refused':
      return open.kind === 'child' && !open.isStarted ? { type: 'ChildStartFailed', command, failure: input.failure } : undefined
    case 'child-completed':
      return open.kind === 'child' ? { type: 'ChildCompleted', command, output: input.output } : undefined
    case 'child-failed':
      return open.kind === 'child' ? { type: 'ChildFailed', command, failure: input.failure } : undefined
    case 'delivered':
      return open.kind === 'message' ? { type: 'MessageDelivered', command } : undefined
    case 'undelivered':
      return open.kind === 'message' ? { type: 'MessageFailed', command, failure: input.failure } : undefined
    case 'token':
      return isToken(open, input.token) ? { type: 'TokenCompleted', command, output: input.output } : undefined
    case 'token-failed':
      return isToken(open, input.token) ? { type: 'TokenFailed', command, failure: input.failure } : undefined
  }
}

function decideStep(open: OpenStep, input: StepOutcome, now: number, execution: string): HistoryEvent | undefined {
  const { command, attempt } = input
  if (open.command.attempt !== attempt) return undefined
  if (input.kind === 'completed') return { type: 'StepCompleted', command, output: input.output }
  if (open.cancelled) return { type: 'StepFailed', command, attempts: attempt, failure: toFailure(open.cancelled) }
  const counts = countFailure(open.failures, input.failure)
  const delay = delayAfter(open.command.step.retry, counts, input.failure, `${execution}/${command}/${attempt}`)
  const { failure, details } = input
  const retryAt = delay === undefined ? undefined : now + delay
  // An attempt that could only begin when the step's time is up is not waited for.
  if (retryAt === undefined || retryAt >= (endDeadline(open.command) ?? Number.POSITIVE_INFINITY)) {
    return { type: 'StepFailed', command, attempts: attempt, failure }
  }
  return { type: 'StepRetrying', command, attempt, retryAt, failure, ...(details === undefined ? {} : { details }) }
}

function decideDeadline({ command, failure }: OpenStep, now: number): HistoryEvent | undefined {
  const { id, step, attempt, notBefore } = command
  if (step.totalTimeoutMs === undefined) return undefined
  const late = toFailure(new StepTimedOut(step.name, step.totalTimeoutMs, 'total'))
  const begun = notBefore > now ? attempt - 1 : attempt
  return { type: 'StepFailed', command: id, attempts: begun, failure: failure ? { ...late, cause: failure } : late }
}

function isToken(open: Open, token: string): open is OpenToken {
  return open.kind === 'token' && open.token === token
}
