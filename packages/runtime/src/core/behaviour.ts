import { BatonError } from '@baton/sdk'
import { nearestName, type StepDefinition } from '@baton/sdk/host'

/** What the execution's class does when something comes from outside; given by the program as it begins. */
export interface Behaviour {
  /** Whether a message can change what the program waits for. */
  readonly listens: boolean
  signal(name: string, args: readonly unknown[]): unknown
  /** @throws UnknownHandler; InvalidPayload; what the class's validator throws. */
  validate(update: string, args: readonly unknown[]): void
  update(name: string, args: readonly unknown[]): unknown
  /** @throws UnknownHandler; InvalidPayload; what the query throws. */
  query(name: string, args: readonly unknown[]): unknown
  step(name: string): StepDefinition | undefined
}

/** Of a program without a class. */
export const noBehaviour: Behaviour = {
  listens: false,
  signal: () => {},
  validate: (name) => {
    throw new UnknownHandler('update', name, [])
  },
  update: () => {},
  query: (name) => {
    throw new UnknownHandler('query', name, [])
  },
  step: () => undefined,
}

/** The workflow has no signal, query or update of this name. */
export class UnknownHandler extends BatonError {
  static override readonly kind = 'UnknownHandler'

  constructor(kind: 'signal' | 'query' | 'update', name: string, known: readonly string[], workflow = '') {
    const near = nearestName(name, known)
    super(
      'UnknownHandler',
      `${workflow ? `Workflow '${workflow}'` : 'The workflow'} has no ${kind} '${name}'${near === undefined ? '' : `; did you mean '${near}'?`}${known.length > 0 ? ` It has ${known.map((each) => `'${each}'`).join(', ')}.` : '.'}`,
    )
  }
}

/** What was sent with a signal, query or update does not fit its schema; nothing was written. */
export class InvalidPayload extends BatonError {
  static override readonly kind = 'InvalidPayload'

  constructor(kind: 'signal' | 'query' | 'update', name: string, issues: string) {
    super('InvalidPayload', `What was sent with ${kind} '${name}' does not fit its schema: ${issues}. Nothing was written.`)
  }
}
