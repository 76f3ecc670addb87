import fc from 'fast-check'
import type { Command } from '../served/interpreter.ts'

const { command } = fc.letrec<{ command: Command; of: readonly Command[] }>((tie) => ({
  of: fc.array(tie('command'), { minLength: 1, maxLength: 3 }),
  command: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ op: fc.constantFrom('step', 'step', 'fail'), id: fc.nat(99) }),
    fc.record({ op: fc.constant('sleep' as const), ms: fc.nat(20) }),
    fc.constant({ op: 'signal' as const }),
    fc.record({ op: fc.constantFrom('seq', 'all', 'any', 'each'), of: tie('of') }),
  ) as fc.Arbitrary<Command>,
}))

/** Programs of the interpreter, with a few commands at the least. */
export const randomCommand: fc.Arbitrary<Command> = fc.tuple(command, command, command).map(([a, b, c]): Command => ({ op: 'seq', of: [{ op: 'step', id: 0 }, a, { op: 'all', of: [b, c] }] }))
