// Owns: the names of the peers, and how their adapters are found. They and their packages are in bench/peers, which is not
// installed with this repository; so nothing here may import them by a name the compiler can follow.
import type { Engine } from './engine.ts'

export const peerNames: readonly string[] = ['dbos', 'dbosq', 'openworkflow', 'graphile', 'pgboss', 'restate']

/** `#peers/*` is the source in the driver and what was built of it in a worker process: see bench/package.json. */
export async function loadPeer(name: string): Promise<Engine> {
  const { engine } = (await import(`#peers/${name}`)) as { readonly engine: Engine }
  return engine
}
