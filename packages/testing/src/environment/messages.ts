// Owns: what a test sends to executions, by the client's rules and with its errors.
import {
  assertAwaited, decode, type Encoded, ExecutionEnded, ExecutionNotFound, type Failure, fromFailure, fromRow, type Input, InvalidToken, isEnded, QueryFailed,
  readToken, UpdateFailed, UpdateRejected, WAITS,
} from '@baton/runtime/core'
import { checkCall } from './check-call.ts'
import type { Drive } from './drive.ts'
import type { Engine } from './engine.ts'
import type { RecordedExecution } from './recorded-execution.ts'

export class Messages {
  readonly #engine: Engine
  readonly #drive: Drive
  #ids = 0

  constructor(engine: Engine, drive: Drive) {
    this.#engine = engine
    this.#drive = drive
  }

  /** An id for a message, the same in every run of the test. */
  nextId(): string {
    return `message-${++this.#ids}`
  }

  /** @throws UnknownHandler, InvalidPayload, PayloadNotSerializable, PayloadTooLarge, ExecutionEnded. */
  signal(execution: RecordedExecution, name: string, args: readonly unknown[], id: string): void {
    this.#post(execution, { kind: 'signal', id, name, args: checkCall(execution.workflow.definition, 'signal', name, args) })
  }

  /** @throws UpdateRejected, UpdateFailed; as `signal`. */
  async update(execution: RecordedExecution, name: string, args: readonly unknown[], id: string): Promise<unknown> {
    const encoded = checkCall(execution.workflow.definition, 'update', name, args)
    const answer = execution.answerTo(id)
    this.#post(execution, { kind: 'update', id, name, args: encoded })
    const outcome = await this.#drive.during('update()', execution, () => answer)
    if ('output' in outcome) return decode(outcome.output)
    const cause = fromFailure(outcome.failure)
    throw outcome.rejected ? new UpdateRejected(execution.id, name, cause) : new UpdateFailed(execution.id, name, cause)
  }

  /** @throws QueryFailed; UnknownHandler, InvalidPayload. */
  query(execution: RecordedExecution, name: string, args: readonly unknown[]): Promise<unknown> {
    return this.#ask(execution, name, checkCall(execution.workflow.definition, 'query', name, args))
  }

  /** What an execution waits for, as the log's side of `Wait`. */
  waitsOf(execution: RecordedExecution): Promise<unknown> {
    return this.#ask(execution, WAITS, null)
  }

  /** @throws ExecutionEnded. */
  stop(execution: RecordedExecution, reason: string): void {
    this.#post(execution, { kind: 'stop', reason })
  }

  /** @throws ExecutionEnded. */
  kill(execution: RecordedExecution, reason: string): void {
    if (execution.status === 'blocked') this.#engine.killBlocked(execution, reason)
    else this.#post(execution, { kind: 'kill', reason })
  }

  /** @throws InvalidToken, ExecutionNotFound, ExecutionEnded. */
  async complete(token: string, outcome: { readonly output: Encoded } | { readonly failure: Failure }): Promise<void> {
    const address = readToken(token)
    if (!address) throw new InvalidToken('unknown', 'it is not one that externalToken() or approval() has made')
    const { execution: id, command } = address
    await this.#engine.quiet()
    const execution = this.#engine.executions.get(id)
    if (!execution) throw new ExecutionNotFound(id)
    const events = execution.log.whole().filter((row) => row.command === command && row.type.startsWith('Token')).map(fromRow)
    assertAwaited(events.map((event) => ({ type: event.type, token: 'token' in event ? event.token : null })), token)
    this.#post(execution, 'output' in outcome ? { kind: 'token', command, token, ...outcome } : { kind: 'token-failed', command, token, ...outcome })
  }

  async #ask(execution: RecordedExecution, name: string, args: Encoded): Promise<unknown> {
    const outcome = await this.#engine.ask(execution, name, args)
    if ('output' in outcome) return decode(outcome.output)
    throw new QueryFailed(execution.id, name, fromFailure(outcome.failure))
  }

  #post(execution: RecordedExecution, input: Input): void {
    if (!isEnded(execution.status)) this.#engine.post(execution, input)
    else if (!execution.hasReceived(input)) throw new ExecutionEnded(execution.id, execution.status)
  }
}
