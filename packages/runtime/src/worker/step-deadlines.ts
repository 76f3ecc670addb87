// Owns: what happens when a step has waited too long for a worker, or has not ended in the time it has in all. That an attempt
// runs too long or is silent is seen by the worker that runs it (within-time.ts).
import { StepTimedOut } from '@baton/sdk'
import type { StepCommand } from '../core/command.ts'
import type { Input } from '../core/input.ts'
import { endDeadline, startDeadline } from '../core/step-deadlines.ts'
import { stepJobId } from '../dispatch/job.ts'
import type { NewEvent } from '../log/append.ts'
import { toFailure } from '../payload/failure.ts'
import type { Actor } from './actor.ts'
import type { Errands } from './errands.ts'
import type { StepSlots } from './step-slots.ts'

export interface StepDeadlinesOptions {
  readonly slots: Pick<StepSlots, 'takeBack'>
  readonly errands: Pick<Errands, 'takeBack'>
  readonly alarm: (actor: Actor, key: string, dueAt: number, ring: () => void) => void
  readonly offer: (actor: Actor, input: Input) => void
  /** Takes work whose failure is trouble of this worker's. */
  readonly run: (work: Promise<unknown>) => void
}

export class StepDeadlines {
  readonly #options: StepDeadlinesOptions

  constructor(options: StepDeadlinesOptions) {
    this.#options = options
  }

  /** Sets the alarms of a step whose attempt is to be performed, or was before its execution came here. */
  watch(actor: Actor, command: StepCommand): void {
    const { alarm, offer } = this.#options
    const endsBy = endDeadline(command)
    const startsBy = startDeadline(command)
    if (endsBy === undefined && startsBy === undefined) return
    const [start, end] = keysOf(command.id)
    if (endsBy !== undefined && !actor.hasAlarm(end)) {
      alarm(actor, end, endsBy, () => offer(actor, { kind: 'deadline', command: command.id }))
    }
    if (startsBy !== undefined) alarm(actor, start, startsBy, () => this.#notBegun(actor, command))
  }

  /** What has ended needs no alarm, nor does an attempt that has. */
  forget(actor: Actor, events: readonly NewEvent[]): void {
    if (!actor.hasAlarms) return
    for (const { type, command } of events) {
      if (command === null || (type !== 'StepCompleted' && type !== 'StepFailed' && type !== 'StepRetrying')) continue
      const [start, end] = keysOf(command)
      actor.cancelAlarm(start)
      if (type !== 'StepRetrying') actor.cancelAlarm(end)
    }
  }

  /** The step is not wanted any more. */
  cancel(actor: Actor, command: string): void {
    for (const key of keysOf(command)) actor.cancelAlarm(key)
  }

  /** If the attempt still waits, here or on its queue, it never begins. */
  #notBegun(actor: Actor, { id, step, attempt }: StepCommand): void {
    const { slots, errands, offer, run } = this.#options
    const fail = (): void => {
      const failure = toFailure(new StepTimedOut(step.name, step.scheduleToStartTimeoutMs ?? 0, 'scheduleToStart'))
      offer(actor, { kind: 'failed', command: id, attempt, failure })
    }
    if (slots.takeBack((each) => each.attempt.execution === actor.id && each.attempt.command === id)) {
      actor.localSteps--
      fail()
    } else if (actor.sentAway) {
      run(errands.takeBack(stepJobId(actor.id, id, attempt)).then((untaken) => {
        if (untaken) fail()
      }))
    }
  }
}

function keysOf(command: string): readonly [start: string, end: string] {
  return [`${command} (start)`, `${command} (end)`]
}
