import type { Command } from 'commander'
import type { Io } from './io.ts'
import { Session } from './session.ts'

/** Makes the work of a command, which gets its arguments and then its options and gives the exit code, an action of commander's. */
export type Act = <A extends readonly unknown[]>(
  work: (session: Session, ...args: A) => Promise<number>,
) => (...args: [...A, Command]) => Promise<void>

export function createAct(io: Io, onExit: (code: number) => void): Act {
  return <A extends readonly unknown[]>(work: (session: Session, ...args: A) => Promise<number>) =>
    async (...given: [...A, Command]) => {
      const command = given.at(-1) as Command
      const args = given.slice(0, -1) as unknown as A
      onExit(await work(new Session(io, command.optsWithGlobals()), ...args))
    }
}
