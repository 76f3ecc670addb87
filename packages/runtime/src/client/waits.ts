/** Something an execution waits for. */
export interface Wait {
  readonly kind: 'step' | 'timer' | 'condition' | 'child' | 'message' | 'token' | 'iteration'
  /** The identity of the command; undefined for a condition. */
  readonly command: string | undefined
  /** When a timer or the next attempt is due. */
  readonly dueAt: Date | undefined
  /** Of a step: the attempt that is due or under way. */
  readonly attempt: number | undefined
  /** Of a child: its id. */
  readonly execution: string | undefined
}

type Answered = Partial<Omit<Wait, 'dueAt'>> & { readonly kind: Wait['kind']; readonly dueAt?: number }

/** The answer of an execution to what it waits for. */
export function toWaits(answer: unknown): readonly Wait[] {
  return (answer as readonly Answered[]).map(({ kind, command, dueAt, attempt, execution }) => ({
    kind, command, attempt, execution, dueAt: dueAt === undefined ? undefined : new Date(dueAt),
  }))
}
