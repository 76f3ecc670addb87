// The worker process runs what would be deployed: JavaScript, not TypeScript compiled as it starts. Else a recovery
// would measure the compiler.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const OUT = join(import.meta.dirname, '..', 'dist', 'worker-process.mjs')

/** Packages stay outside; those of this repository are source, and go in. */
const packagesOutside: Plugin = {
  name: 'packages-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => (kind === 'entry-point' || path.startsWith('@baton/') ? undefined : { path, external: true }))
  },
}

/** Builds the worker process; returns the file to fork. */
export async function bundleWorker(): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(import.meta.resolve('./worker-process.ts'))],
    outfile: OUT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    conditions: ['@baton/source'],
    plugins: [packagesOutside],
    sourcemap: true,
    logLevel: 'warning',
  })
  return OUT
}
