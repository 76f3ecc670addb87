import { baton, unguarded } from './baton/index.ts'
import type { Engine } from './engine.ts'
import { loadPeer, peerNames } from './peers.ts'

const own: readonly Engine[] = [baton, unguarded]

/** @throws Error naming those there are. */
export function assertEngine(name: string): void {
  const names = [...own.map((engine) => engine.name), ...peerNames]
  if (!names.includes(name)) throw new Error(`There is no engine '${name}'; there are: ${names.join(', ')}.`)
}

/** A peer's packages must be installed. */
export async function engineOf(name: string): Promise<Engine> {
  assertEngine(name)
  return own.find((engine) => engine.name === name) ?? loadPeer(name)
}
