import { baton, unguarded } from './baton/index.ts'
import type { Engine } from './engine.ts'

const engines: readonly Engine[] = [baton, unguarded]

/** @throws Error naming those there are. */
export function engineOf(name: string): Engine {
  const engine = engines.find((candidate) => candidate.name === name)
  if (!engine) throw new Error(`There is no engine '${name}'; there are: ${engines.map(({ name }) => name).join(', ')}.`)
  return engine
}
