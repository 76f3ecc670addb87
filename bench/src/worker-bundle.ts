// The worker process runs what would be deployed: JavaScript, not TypeScript compiled as it starts. Else a recovery
// would measure the compiler.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions, type Plugin } from 'esbuild'

const OUT = join(import.meta.dirname, '..', 'dist', 'worker-process.mjs')
const PEERS = join(import.meta.dirname, '..', 'peers')

/** Packages stay outside; those of this repository are source, and go in. */
const packagesOutside: Plugin = {
  name: 'packages-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => (kind === 'entry-point' || path.startsWith('@baton/') ? undefined : { path, external: true }))
  },
}

const options = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  conditions: ['@baton/source'],
  plugins: [packagesOutside],
  sourcemap: true,
  logLevel: 'warning',
} satisfies BuildOptions

/** Builds the worker process, and the peers' adapters where they find their packages; returns the file to fork. */
export async function bundleWorker(peers: readonly string[]): Promise<string> {
  await build({ ...options, entryPoints: [fileURLToPath(import.meta.resolve('./worker-process.ts'))], outfile: OUT })
  await build({
    ...options,
    entryPoints: peers.map((name) => join(PEERS, 'src', `${name}.ts`)),
    outdir: join(PEERS, 'dist'),
    outExtension: { '.js': '.mjs' },
  })
  return OUT
}
