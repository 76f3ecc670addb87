import { type Command, decode } from '@baton/runtime/core'
import { argsOf } from '../mocks/calls.ts'

/** What an execution asks for. */
export type Wanted =
  | {
      readonly kind: 'step'
      /** `pack`, then `pack#2`. */
      readonly command: string
      readonly args: readonly unknown[]
      readonly attempt: number
      /** When a retry is due; undefined for at once. */
      readonly notBefore: Date | undefined
    }
  | { readonly kind: 'timer'; readonly command: string; readonly dueAt: Date }
  | { readonly kind: 'child'; readonly command: string; readonly workflow: string; readonly execution: string; readonly input: unknown }
  /** A signal to another execution. */
  | { readonly kind: 'signal'; readonly command: string; readonly execution: string; readonly name: string; readonly args: readonly unknown[] }
  /** Another execution is asked to stop. */
  | { readonly kind: 'stop'; readonly command: string; readonly execution: string; readonly reason: string }
  /** Something that was asked for is not wanted any more. */
  | { readonly kind: 'abort'; readonly command: string; readonly what: 'step' | 'timer' | 'child' }

export function toWanted(command: Command): Wanted {
  const { id } = command
  switch (command.kind) {
    case 'step': {
      const { args, attempt, notBefore } = command
      return { kind: 'step', command: id, args: argsOf(args), attempt, notBefore: notBefore === 0 ? undefined : new Date(notBefore) }
    }
    case 'timer':
      return { kind: 'timer', command: id, dueAt: new Date(command.dueAt) }
    case 'child':
      return { kind: 'child', command: id, workflow: command.workflow, execution: command.execution, input: decode(command.input) }
    case 'message': {
      const { execution, message } = command
      if (message.kind === 'stop') return { kind: 'stop', command: id, execution, reason: message.reason }
      return { kind: 'signal', command: id, execution, name: message.name, args: argsOf(message.args) }
    }
    case 'abort':
      return { kind: 'abort', command: id, what: command.what }
  }
}
