import { BatonError } from '@baton/sdk'
import { nearestName } from '@baton/sdk/host'
import { type Failure, fromFailure } from '../payload/failure.ts'

/** No worker has ever registered a workflow of this name. */
export class UnknownWorkflow extends BatonError {
  static override readonly kind = 'UnknownWorkflow'

  constructor(name: string, known: readonly string[]) {
    const near = nearestName(name, known)
    const list = known.length > 0 ? `Known are ${known.map((each) => `'${each}'`).join(', ')}` : 'None is known yet'
    super('UnknownWorkflow', `No worker has registered a workflow '${name}'${near === undefined ? '.' : `; did you mean '${near}'?`} ${list}; start a worker that serves it first, or pass the class.`)
  }
}

/** An id that stands for something else already: the same id with another workflow or input. */
export class ExecutionIdReused extends BatonError {
  static override readonly kind = 'ExecutionIdReused'

  constructor(id: string, difference: string) {
    super('ExecutionIdReused', `Execution '${id}' exists already with ${difference}. Use its handle, or another id.`)
  }
}

/** An id that cannot be one. */
export class InvalidExecutionId extends BatonError {
  static override readonly kind = 'InvalidExecutionId'

  constructor(id: string) {
    const shown = id.length > 60 ? `${id.slice(0, 60)}…` : id
    super('InvalidExecutionId', `'${shown}' is no execution id: give 1 to 200 characters of well-formed text, none of them a control character.`)
  }
}

/** There is no execution of this id. */
export class ExecutionNotFound extends BatonError {
  static override readonly kind = 'ExecutionNotFound'

  constructor(id: string) {
    super('ExecutionNotFound', `There is no execution '${id}'.`)
  }
}

/** The execution ended with an error, which is the `cause`. */
export class ExecutionFailed extends BatonError {
  static override readonly kind: string = 'ExecutionFailed'

  constructor(id: string, failure: Failure, what = 'failed') {
    super('ExecutionFailed', `Execution '${id}' ${what}: ${failure.message}`, { cause: fromFailure(failure) })
  }
}

/** The client was closed while somebody waited for a result; the execution goes on. */
export class ClientClosed extends BatonError {
  static override readonly kind = 'ClientClosed'

  constructor(id: string) {
    super('ClientClosed', `The client was closed before execution '${id}' ended. The execution goes on; ask for its result again with another client.`)
  }
}

/** A list was asked for with a filter, a limit or a cursor that makes no sense. */
export class InvalidQuery extends BatonError {
  static override readonly kind = 'InvalidQuery'

  constructor(message: string) {
    super('InvalidQuery', message)
  }
}

/** The execution has ended: it takes no messages any more. */
export class ExecutionEnded extends BatonError {
  static override readonly kind = 'ExecutionEnded'

  constructor(id: string, status: string) {
    super('ExecutionEnded', `Execution '${id}' has ended (${status}); it takes no messages any more.`)
  }
}

/** An update was refused before anything of it was written; `cause` is why. */
export class UpdateRejected extends BatonError {
  static override readonly kind = 'UpdateRejected'

  constructor(id: string, name: string, cause: Error) {
    super('UpdateRejected', `Execution '${id}' rejected update '${name}': ${cause.message}`, { cause })
  }
}

/** The handler of an update has failed; `cause` is its error. */
export class UpdateFailed extends BatonError {
  static override readonly kind = 'UpdateFailed'

  constructor(id: string, name: string, cause: Error) {
    super('UpdateFailed', `Update '${name}' of execution '${id}' failed: ${cause.message}`, { cause })
  }
}

/** A query could not be answered; `cause` is why. */
export class QueryFailed extends BatonError {
  static override readonly kind = 'QueryFailed'

  constructor(id: string, name: string, cause: Error) {
    super('QueryFailed', `Query '${name}' of execution '${id}' failed: ${cause.message}`, { cause })
  }
}

/** No worker has answered a query in time. */
export class NotAnswered extends BatonError {
  static override readonly kind = 'NotAnswered'

  constructor(id: string, name: string, ms: number) {
    super('NotAnswered', `Nobody answered query '${name}' of execution '${id}' within ${ms} ms. Is a worker of its queue running?`)
  }
}

/** The execution was stopped and has cleaned up. */
export class ExecutionStopped extends ExecutionFailed {
  static override readonly kind = 'ExecutionStopped'
  override readonly code = 'ExecutionStopped'
}

/** The execution was killed. */
export class ExecutionKilled extends ExecutionFailed {
  static override readonly kind = 'ExecutionKilled'
  override readonly code = 'ExecutionKilled'
}

/** The execution reached its timeout. */
export class ExecutionTimedOut extends ExecutionFailed {
  static override readonly kind = 'ExecutionTimedOut'
  override readonly code = 'ExecutionTimedOut'
}

/** The error of an execution that ended with this status. */
export function endError(id: string, status: string, failure: Failure): ExecutionFailed {
  if (status === 'stopped') return new ExecutionStopped(id, failure, 'was stopped')
  if (status === 'killed') return new ExecutionKilled(id, failure, 'was killed')
  if (status === 'timed_out') return new ExecutionTimedOut(id, failure, 'timed out')
  return new ExecutionFailed(id, failure)
}
