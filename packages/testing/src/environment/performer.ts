// Owns: where the commands of executions go once their turn is in the log: alarms, bodies, children, messages to others.
import {
  type Actor, childAnswer, type ChildCommand, type Command, type Input, type MessageCommand, messageAnswer, type Registered, type Registry, StepDeadlines,
  type TurnDraft,
} from '@baton/runtime/core'
import type { RecordedExecution, StartedWith } from './recorded-execution.ts'
import type { StepBodies } from './step-bodies.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface PerformerOptions {
  readonly registry: Registry
  readonly clock: VirtualClock
  readonly bodies: StepBodies
  readonly executions: ReadonlyMap<string, RecordedExecution>
  readonly executionOf: (actor: Actor) => RecordedExecution
  readonly start: (id: string, workflow: Registered, given: StartedWith) => RecordedExecution
  /** Takes an input that came of a command. */
  readonly offer: (execution: RecordedExecution, input: Input) => void
  /** Takes a message that is kept until it is read. */
  readonly post: (execution: RecordedExecution, input: Input) => void
}

export class Performer {
  readonly #options: PerformerOptions
  readonly #deadlines: StepDeadlines

  constructor(options: PerformerOptions) {
    this.#options = options
    this.#deadlines = new StepDeadlines({
      slots: { takeBack: () => false }, // each step has its slot
      errands: { takeBack: async () => false }, // and none is away
      alarm: (actor, name, dueAt, ring) => this.#alarm(actor, name, dueAt, ring),
      offer: (actor, input) => options.offer(options.executionOf(actor), input),
      run: (work) => void work,
    })
  }

  perform(execution: RecordedExecution, actor: Actor, command: Command): void {
    const { bodies, clock, offer } = this.#options
    const { id } = command
    switch (command.kind) {
      case 'timer':
        this.#alarm(actor, id, command.dueAt, () => offer(execution, { kind: 'timer', command: id }))
        return
      case 'step':
        this.#deadlines.watch(actor, command)
        if (command.notBefore > clock.now) this.#alarm(actor, id, command.notBefore, () => bodies.attempt(execution, command))
        else bodies.attempt(execution, command)
        return
      case 'child':
        offer(execution, this.#startChild(actor.id, command))
        return
      case 'message':
        offer(execution, this.#send(actor.id, command))
        return
      case 'abort':
        if (command.what === 'child') this.#stopChild(actor.id, command.execution)
        else if (command.what === 'timer') actor.cancelAlarm(id)
        else {
          if (!command.waits) this.#deadlines.cancel(actor, id)
          bodies.abort(execution, actor, command)
        }
    }
  }

  /** Sets the alarms that no command asks for: of the execution's timeouts, and of steps that are in hand already. */
  watch(execution: RecordedExecution, actor: Actor): void {
    for (const { which, dueAt } of actor.execution.deadlines()) {
      this.#alarm(actor, `(${which} timeout)`, dueAt, () => this.#options.offer(execution, { kind: 'expired', which }))
    }
    for (const command of actor.execution.commands.steps()) this.#deadlines.watch(actor, command)
  }

  /** What has ended needs no alarm. */
  forget(actor: Actor, { events }: TurnDraft): void {
    this.#deadlines.forget(actor, events)
  }

  #startChild(parent: string, command: ChildCommand): Input {
    const { executions, registry, start } = this.#options
    const { id, execution, policy, input } = command
    const workflow = registry.get(command.workflow, command.version)
    const given = { input, attributes: {}, memo: null, start: { parent: { execution: parent, command: id, policy } } }
    const child = executions.get(execution) ?? (workflow && start(execution, workflow, given))
    return childAnswer(parent, command, workflow !== undefined, child?.parent)
  }

  #stopChild(parent: string, id = ''): void {
    const child = this.#options.executions.get(id)
    if (child) this.#options.post(child, { kind: 'stop', reason: `its parent '${parent}' cancelled it` })
  }

  #send(sender: string, command: MessageCommand): Input {
    const { message } = command
    const addressee = this.#options.executions.get(command.execution)
    const answer = messageAnswer(command, addressee?.status)
    if (addressee) this.#options.post(addressee, message.kind === 'stop' ? message : { ...message, id: `${sender}/${command.id}` })
    return answer
  }

  #alarm(actor: Actor, name: string, dueAt: number, ring: () => void): void {
    actor.setAlarm(name, this.#options.clock.set(dueAt, () => {
      actor.forgetAlarm(name)
      if (!actor.dropped) ring()
    }))
  }
}
