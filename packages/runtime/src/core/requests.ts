// Owns: what the program asks for, command by command, and how its promises hang together with the open commands.
import { Cancelled } from '@baton/sdk'
import type { ChildRequest, StartedChild, StepDefinition, TokenWait } from '@baton/sdk/host'
import { decode, type Encoded } from '../payload/codec.ts'
import { argsOf } from './args.ts'
import type { MessageCommand } from './command.ts'
import type { Inside } from './inside.ts'
import type { Open, OpenIteration, Settle } from './open.ts'
import { ignore, quiet, refused } from './promises.ts'
import type { Region } from './region.ts'
import { NO_FAILURES } from './retry.ts'

export class Requests {
  readonly #inside: Inside

  constructor(inside: Inside) {
    this.#inside = inside
  }

  step(step: StepDefinition, args: readonly unknown[], scope: Region): Promise<unknown> {
    let encoded: Encoded
    try {
      encoded = args.length === 0 ? null : this.#inside.encode(`The arguments of step '${step.name}'`, args)
    } catch (error) {
      return refused(error)
    }
    return this.#issue(scope, step.name, (id, settle) => ({
      kind: 'step', id, scope, settle, promise: settle.promise, failures: NO_FAILURES,
      command: { kind: 'step', id, step, args: encoded, attempt: 1, notBefore: 0, scheduledAt: scope.now() },
    }))
  }

  sleep(ms: number, scope: Region): Promise<void> {
    return this.#issue(scope, 'sleep', (id, settle) => ({ kind: 'timer', id, scope, ms, dueAt: undefined, settle })) as Promise<void>
  }

  sleepUntil(at: number, scope: Region): Promise<void> {
    return this.sleep(Math.max(0, at - scope.now()), scope)
  }

  condition(predicate: () => boolean, timeoutMs: number | undefined, scope: Region): Promise<boolean> {
    const { commands, conditions } = this.#inside
    const { cancellation } = scope
    if (cancellation) return refused(cancellation)
    try {
      if (this.#inside.look(predicate)) return Promise.resolve(true)
    } catch (error) {
      return refused(error)
    }
    return quiet(new Promise<boolean>((resolve, reject) => {
      const settle: Settle = { resolve: resolve as (value: unknown) => void, reject }
      const fired = (): void => {
        conditions.remove(condition)
        resolve(false)
      }
      const timer = timeoutMs === undefined ? undefined : commands.timer(scope, 'condition', timeoutMs, { fired, cancelled: reject })
      const condition = { predicate, scope, settle, timer }
      conditions.add(condition)
    }))
  }

  /** Runs `act`, and `late` once it has taken `ms`. */
  async within<R>(ms: number, scope: Region, late: () => void, act: () => Promise<R>): Promise<R> {
    const { commands } = this.#inside
    const timer = commands.timer(scope, 'timeout', ms, { fired: late, cancelled: ignore })
    try {
      return await act()
    } finally {
      commands.disarm(timer)
    }
  }

  startChild({ parentClosePolicy: policy, ...request }: ChildRequest, scope: Region): Promise<StartedChild> {
    const { workflow, version, queue, priority } = request
    let input: Encoded
    try {
      input = this.#inside.encode(`The input of child workflow '${workflow}'`, request.input)
    } catch (error) {
      return refused(error)
    }
    let execution: string | undefined
    const started = deferred()
    const result = this.#issue(scope, `child:${workflow}`, (id, settle) => {
      execution = request.id ?? this.#inside.run.childId(id, scope)
      const command = { kind: 'child' as const, id, execution, workflow, version, queue, input, priority, policy }
      return { kind: 'child', id, scope, settle, command, started, isStarted: false, stopping: false }
    })
    if (execution === undefined) return result as Promise<never> // it was refused
    const executionId = execution
    return started.promise.then(() => ({ executionId, result: () => result }))
  }

  token(name: string, scope: Region): Promise<TokenWait> {
    const { commands } = this.#inside
    const issued = deferred()
    let refusal = true
    const completed = this.#issue(scope, `token:${name}`, (id, settle) => {
      refusal = false
      return { kind: 'token', id, scope, settle, issued, token: undefined }
    }) as Promise<{ value: unknown }>
    if (refusal) return completed as Promise<never>
    const wait: TokenWait['wait'] = (timeoutMs) => {
      if (timeoutMs === undefined) return completed
      return quiet(new Promise((resolve, reject) => {
        const timer = commands.timer(scope, 'token-timeout', timeoutMs, { fired: () => resolve(undefined), cancelled: reject })
        completed.then(resolve, reject).then(() => commands.disarm(timer), ignore)
      }))
    }
    return issued.promise.then((token) => ({ token: String(token), wait }))
  }

  signal(execution: string, name: string, args: readonly unknown[], scope: Region): Promise<void> {
    let encoded: Encoded
    try {
      encoded = args.length === 0 ? null : this.#inside.encode(`What is sent with signal '${name}'`, args)
    } catch (error) {
      return refused(error)
    }
    return this.#message(scope, `signal:${name}`, execution, { kind: 'signal', name, args: encoded })
  }

  stop(execution: string, reason: string, scope: Region): Promise<void> {
    return this.#message(scope, 'stop', execution, { kind: 'stop', reason })
  }

  /** Runs an iteration of a forEach in a log of its own; its result once that stands in the log of `scope`. */
  iterate(scope: Region, path: string, body: (lane: Region) => Promise<unknown>): Promise<unknown> {
    const { commands } = this.#inside
    const { cancellation } = scope
    if (cancellation) return refused(cancellation)
    const lane = scope.inner({ path: `${path}/`, lane: path })
    const settle = deferred()
    const open: OpenIteration = { kind: 'iteration', id: path, scope, lane, settle, promise: settle.promise }
    commands.addQuietly(open)
    if (this.#inside.hasEnded(path)) return settle.promise // its end is on its way
    const end = (ended: NonNullable<OpenIteration['ended']>): void => {
      open.ended = ended
      open.undo = lane.ledger
      commands.renew(open)
    }
    this.#inside.setting.enter(lane, () => body(lane)).then((output) => end({ output }), (error: unknown) => end({ error }))
    return settle.promise
  }

  /**
   * Cancels what is open in a scope, and resolves when what may have to be undone has an outcome: the program has failed while
   * some of it still ran.
   */
  async drain(scope: Region): Promise<void> {
    this.cancel(scope, new Cancelled('the execution has failed'))
    for (;;) {
      const waited = this.#inside.commands.undoable()
      if (waited.length === 0) return
      await Promise.allSettled(waited)
    }
  }

  /** Undoes the completed steps of a scope's log, the last one first; the errors of those that could not be undone. */
  async compensate(scope: Region): Promise<readonly { readonly step: string; readonly error: unknown }[]> {
    const { ledger } = scope
    const failures: { step: string; error: unknown }[] = []
    if (ledger.length === 0) return failures
    const shield = scope.inner({ path: `${scope.identify('compensate')}/`, shielded: true })
    for (let undo = ledger.pop(); undo; undo = ledger.pop()) {
      const { step, args, output } = undo
      const definition = this.#inside.stepNamed(step)
      if (!definition) continue // the class was checked when it was defined
      try {
        await this.step(definition, [decode(output), ...argsOf(args)], shield)
      } catch (error) {
        failures.push({ step, error })
      }
    }
    return failures
  }

  /** Cancels a scope: what is open in it and not shielded from it is told so. */
  cancel(scope: Region, error: Cancelled): void {
    const { commands, conditions } = this.#inside
    scope.cancel(error)
    commands.cancel()
    conditions.cancel()
  }

  #message(scope: Region, name: string, execution: string, message: MessageCommand['message']): Promise<void> {
    return this.#issue(scope, name, (id, settle) => ({
      kind: 'message', id, scope, settle, command: { kind: 'message', id, execution, message },
    })) as Promise<void>
  }

  #issue(scope: Region, name: string, make: (id: string, settle: Deferred) => Open): Promise<unknown> {
    const { cancellation } = scope
    if (cancellation) return refused(cancellation)
    this.#inside.readOnly.assertWritable(`'${name}'`)
    const id = scope.identify(name)
    // A step that nobody awaits may fail; that is the author's choice, not the process's end.
    const settle = deferred()
    this.#inside.commands.add(make(id, settle))
    return settle.promise
  }
}

type Deferred = PromiseWithResolvers<unknown>

function deferred(): Deferred {
  const settle = Promise.withResolvers<unknown>()
  quiet(settle.promise)
  return settle
}
