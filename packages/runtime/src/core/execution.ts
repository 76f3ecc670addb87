// Owns: the state of one execution as its log and its program make it: which commands are open, which are new, how it ended.
// Does not own: I/O, the clock, randomness, the workflow instance, when microtasks run. The driver delivers one event, lets
// the program run to its next suspension, and only then delivers the next.
//
// Invariants
//  X1  Delivering the same events in the same order issues the same commands (G7).
//  X2  An open command is closed by exactly one event; an input for a command that is not open becomes no event (G2).
//  X3  After `completion` is set no event but the terminal one is produced.
//  X4  A command's identity depends on its scope, name and occurrence there, never on its place in the log.
import { StepFailed } from '@baton/sdk'
import type { StepDefinition } from '@baton/sdk/host'
import { decode, encode } from '../payload/codec.ts'
import { type Failure, fromFailure, toFailure } from '../payload/failure.ts'
import type { Command, StepCommand } from './command.ts'
import type { HistoryEvent } from './history-event.ts'
import { HistoryMismatch } from './history-mismatch.ts'
import type { Input } from './input.ts'
import { retryDelay } from './retry.ts'

/** How the program ended. */
export type Completion = { readonly output: unknown } | { readonly error: unknown }

/** The program of an execution: calls `run` of the class, or walks the declared graph. */
export type Program = (execution: Execution, input: unknown) => Promise<unknown>

interface OpenStep {
  readonly kind: 'step'
  command: StepCommand
  readonly settle: Settle
}

interface OpenTimer {
  readonly kind: 'timer'
  readonly id: string
  readonly ms: number
  dueAt: number | undefined
  readonly settle: Settle
}

interface Settle {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Open = OpenStep | OpenTimer

/** What a turn leaves to be appended and, once that is committed, to be done. */
export interface Collected {
  readonly events: readonly HistoryEvent[]
  readonly commands: readonly Command[]
}

export class Execution {
  readonly #open = new Map<string, Open>()
  readonly #occurrences = new Map<string, number>()
  /** What is to be collected: open commands only, each once, for an input may come before they were collected. */
  #fresh = new Set<Open>()
  #delivered = 0
  #completion: Completion | undefined

  /** Set once the program has returned or thrown. */
  get completion(): Completion | undefined {
    return this.#completion
  }

  /** Begins the program; it runs to its first suspension before this returns. */
  start(program: Program, input: unknown): void {
    this.#delivered = 1
    program(this, input).then(
      (output) => {
        this.#completion = { output }
      },
      (error: unknown) => {
        this.#completion = { error }
      },
    )
  }

  /** Called by the program: a step is wanted. */
  step(definition: StepDefinition, args: readonly unknown[]): Promise<unknown> {
    let encoded: string | null
    try {
      encoded = args.length === 0 ? null : encode(`The arguments of step '${definition.name}'`, args)
    } catch (error) {
      const refused = Promise.reject(error)
      refused.catch(ignore)
      return refused
    }
    const id = this.#identify(definition.name)
    return this.#issue(id, (settle) => ({
      kind: 'step',
      command: { kind: 'step', id, step: definition, args: encoded, attempt: 1, notBefore: 0 },
      settle,
    }))
  }

  /** Called by the program: a durable wait of `ms` is wanted. */
  sleep(ms: number): Promise<void> {
    const id = this.#identify('sleep')
    return this.#issue(id, (settle) => ({ kind: 'timer', id, ms, dueAt: undefined, settle })) as Promise<void>
  }

  /** The event an input becomes, or undefined if it has no effect (late, repeated or of an attempt that is over). */
  decide(input: Input, now: number): HistoryEvent | undefined {
    if (this.#completion) return undefined
    const open = this.#open.get(input.command)
    if (!open) return undefined
    if (input.kind === 'timer') return open.kind === 'timer' ? { type: 'TimerFired', command: input.command } : undefined
    if (open.kind !== 'step' || open.command.attempt !== input.attempt) return undefined
    if (input.kind === 'completed') return { type: 'StepCompleted', command: input.command, output: input.output }
    const delay = retryDelay(open.command.step.retry, input.attempt, input.failure)
    return delay === undefined
      ? { type: 'StepFailed', command: input.command, attempts: input.attempt, failure: input.failure }
      : { type: 'StepRetrying', command: input.command, attempt: input.attempt, retryAt: now + delay, failure: input.failure }
  }

  /**
   * Tells the program one event of the log; what it does about it happens in the microtasks that follow.
   *
   * @throws HistoryMismatch if the program does not wait for it.
   */
  deliver(event: HistoryEvent): void {
    this.#delivered++
    switch (event.type) {
      case 'StepCompleted':
        this.#close(event, 'step').resolve(decode(event.output))
        return
      case 'StepFailed':
        this.#close(event, 'step').reject(stepFailed(event))
        return
      case 'StepRetrying': {
        const open = this.#expect(event, 'step')
        if (open.kind !== 'step') return
        open.command = { ...open.command, attempt: event.attempt + 1, notBefore: event.retryAt }
        this.#fresh.add(open)
        return
      }
      case 'TimerStarted': {
        const open = this.#expect(event, 'timer')
        if (open.kind === 'timer') open.dueAt = event.dueAt
        return
      }
      case 'TimerFired':
        this.#close(event, 'timer').resolve(undefined)
        return
      case 'ExecutionCompleted':
      case 'ExecutionFailed':
        // Compared as events: an output that cannot be written has failed the execution.
        if (!this.#completion || completionEvent(this.#completion, '').type !== event.type) throw this.#mismatch(event.type)
        return
      case 'ExecutionStarted':
        throw this.#mismatch('a second ExecutionStarted')
    }
  }

  /** Marks every open command as new: after a replay they all need somebody to see to them. */
  reopen(): void {
    this.#fresh = new Set(this.#open.values())
  }

  /** Steps that somebody has in hand already: they stay open, and are not asked for again. */
  withhold(commands: ReadonlySet<string>): void {
    for (const id of commands) {
      const open = this.#open.get(id)
      if (open?.kind === 'step') this.#fresh.delete(open)
    }
  }

  /** What the program asked for since the last call; `now` is the database's clock in ms. */
  collect(now: number): Collected {
    if (this.#completion) {
      this.#fresh.clear()
      return { events: [], commands: [] }
    }
    const fresh = this.#fresh
    if (fresh.size === 0) return { events: [], commands: [] }
    this.#fresh = new Set()
    const events: HistoryEvent[] = []
    const commands: Command[] = []
    for (const open of fresh) {
      if (open.kind === 'step') {
        commands.push(open.command)
        continue
      }
      if (open.dueAt === undefined) {
        open.dueAt = now + open.ms
        events.push({ type: 'TimerStarted', command: open.id, dueAt: open.dueAt })
        this.#delivered++
      }
      commands.push({ kind: 'timer', id: open.id, dueAt: open.dueAt })
    }
    return { events, commands }
  }

  /** Whether a command that was collected is still to be performed: an outcome may have closed it, or its attempt be over. */
  wants(command: Command): boolean {
    if (this.#completion) return false
    const open = this.#open.get(command.id)
    if (command.kind === 'timer') return open?.kind === 'timer'
    return open?.kind === 'step' && open.command.attempt === command.attempt
  }

  /** Waits for nothing that Baton knows of, and has not ended: no event can ever wake it. */
  get isStuck(): boolean {
    return !this.#completion && this.#open.size === 0
  }

  /** The identities of the commands without an outcome, oldest first. */
  openCommands(): readonly string[] {
    return [...this.#open.keys()]
  }

  #identify(name: string): string {
    const occurrence = (this.#occurrences.get(name) ?? 0) + 1
    this.#occurrences.set(name, occurrence)
    return occurrence === 1 ? name : `${name}#${occurrence}`
  }

  #issue(id: string, make: (settle: Settle) => Open): Promise<unknown> {
    const promise = new Promise<unknown>((resolve, reject) => {
      const open = make({ resolve, reject })
      this.#open.set(id, open)
      this.#fresh.add(open)
    })
    // A step that nobody awaits may fail; that is the author's choice, not the process's end.
    promise.catch(ignore)
    return promise
  }

  #expect(event: HistoryEvent & { readonly command: string }, kind: Open['kind']): Open {
    const open = this.#open.get(event.command)
    // A program that has ended waits for nothing, though steps it gave up may still be open (X3).
    if (this.#completion || !open || open.kind !== kind) throw this.#mismatch(`${event.type} of '${event.command}'`)
    return open
  }

  #close(event: HistoryEvent & { readonly command: string }, kind: Open['kind']): Settle {
    const open = this.#expect(event, kind)
    this.#open.delete(event.command)
    this.#fresh.delete(open)
    return open.settle
  }

  #mismatch(expected: string): HistoryMismatch {
    const actual = this.#completion ? ['nothing: it has ended'] : this.openCommands().slice(0, 20)
    return new HistoryMismatch({ seq: this.#delivered, expected, actual })
  }
}

/** The terminal event of a completion. */
export function completionEvent(completion: Completion, workflow: string): HistoryEvent {
  if ('error' in completion) return { type: 'ExecutionFailed', failure: toFailure(completion.error) }
  try {
    return { type: 'ExecutionCompleted', output: encode(`The result of workflow '${workflow}'`, completion.output) }
  } catch (error) {
    return { type: 'ExecutionFailed', failure: toFailure(error) }
  }
}

function stepFailed(event: { readonly command: string; readonly attempts: number; readonly failure: Failure }): StepFailed {
  return new StepFailed(stepName(event.command), event.attempts, fromFailure(event.failure))
}

/** The step's name in a command's identity: `items[3]/pack#2` is of `pack`. */
function stepName(command: string): string {
  const last = command.slice(command.lastIndexOf('/') + 1)
  const hash = last.indexOf('#')
  return hash < 0 ? last : last.slice(0, hash)
}

function ignore(): void {}
