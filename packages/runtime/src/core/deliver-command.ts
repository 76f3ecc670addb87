// What an event about an open command tells the program.
import { Cancelled, ChildFailed, StepFailed } from '@baton/sdk'
import { decode } from '../payload/codec.ts'
import { fromFailure } from '../payload/failure.ts'
import type { HistoryEvent } from './history-event.ts'
import type { Inside } from './inside.ts'
import type { Open } from './open.ts'
import type { Region } from './region.ts'
import { countFailure } from './retry.ts'

/** An event about a command that the program asked for. */
export type CommandEvent = Extract<HistoryEvent, { readonly command: string }>

/** @throws HistoryMismatch if the program does not wait for it. */
export function deliverCommand(inside: Inside, event: CommandEvent): void {
  const { commands } = inside
  switch (event.type) {
    case 'StepCompleted': {
      const { command, scope, settle } = close(inside, event, 'step')
      const { compensate } = command.step
      if (compensate !== undefined) scope.ledger.push({ step: compensate, args: command.args, output: event.output })
      settle.resolve(decode(event.output))
      return
    }
    case 'StepFailed': {
      const open = close(inside, event, 'step')
      if (event.failure.detail?.['timeoutKind'] === 'total') commands.abortStep(open.id)
      open.settle.reject(open.cancelled ?? new StepFailed(stepName(event.command), event.attempts, fromFailure(event.failure)))
      return
    }
    case 'StepRetrying': {
      const open = expect(inside, event, 'step')
      open.failures = countFailure(open.failures, event.failure)
      open.failure = event.failure
      open.command = { ...open.command, attempt: event.attempt + 1, notBefore: event.retryAt, details: event.details }
      commands.renew(open)
      return
    }
    case 'TimerStarted':
      expect(inside, event, 'timer').dueAt = event.dueAt
      return
    case 'TimerFired':
      close(inside, event, 'timer').settle.resolve(undefined)
      return
    case 'ChildStarted': {
      const open = expect(inside, event, 'child')
      open.isStarted = true
      if (open.stopping) commands.renew(open) // what asked it to stop may have come before it was there
      open.started.resolve(event.execution)
      return
    }
    case 'ChildStartFailed':
    case 'ChildFailed': {
      const { command: { workflow, execution }, started, settle } = close(inside, event, 'child')
      const error = new ChildFailed(workflow, execution, fromFailure(event.failure))
      if (event.type === 'ChildStartFailed') started.reject(error)
      else started.resolve(execution)
      settle.reject(error)
      return
    }
    case 'ChildCompleted': {
      const { command, started, settle } = close(inside, event, 'child')
      started.resolve(command.execution)
      settle.resolve(decode(event.output))
      return
    }
    case 'MessageDelivered':
      close(inside, event, 'message').settle.resolve(undefined)
      return
    case 'MessageFailed':
      close(inside, event, 'message').settle.reject(fromFailure(event.failure))
      return
    case 'TokenIssued': {
      const open = expect(inside, event, 'token')
      commands.rest(open)
      open.token = event.token
      open.issued.resolve(event.token)
      return
    }
    case 'TokenCompleted':
      close(inside, event, 'token').settle.resolve({ value: decode(event.output) })
      return
    case 'TokenFailed':
      close(inside, event, 'token').settle.reject(fromFailure(event.failure))
      return
    case 'IterationCompleted':
    case 'IterationFailed': {
      const { lane, scope, settle } = close(inside, event, 'iteration')
      leave(inside, event.command, lane)
      scope.ledger.push(...(event.undo ?? []))
      if (event.type === 'IterationCompleted') settle.resolve(decode(event.output))
      else settle.reject(fromFailure(event.failure))
    }
  }
}

/** What an iteration that has ended left open is nobody's: its log is closed, and a replay does not run its body. */
function leave({ commands, conditions }: Inside, iteration: string, lane: Region): void {
  lane.cancel(new Cancelled('the iteration has ended'))
  const left = ({ path }: Region): boolean => path.startsWith(`${iteration}/`) || path.startsWith(`${iteration}~`)
  commands.abandon(left)
  conditions.forget(left)
}

/** A program that has ended waits for nothing, though steps it gave up may still be open (X3). */
function expect<K extends Open['kind']>(inside: Inside, event: CommandEvent, kind: K): Extract<Open, { kind: K }> {
  const open = inside.commands.get(event.command)
  if (inside.completion || !open || open.kind !== kind) throw inside.mismatch(`${event.type} of '${event.command}'`)
  return open as Extract<Open, { kind: K }>
}

function close<K extends Open['kind']>(inside: Inside, event: CommandEvent, kind: K): Extract<Open, { kind: K }> {
  const open = expect(inside, event, kind)
  inside.commands.close(open)
  return open
}

/** The step's name in a command's identity: `items[3]/pack#2` is of `pack`. */
function stepName(command: string): string {
  const last = command.slice(command.lastIndexOf('/') + 1)
  const hash = last.indexOf('#')
  return hash < 0 ? last : last.slice(0, hash)
}
