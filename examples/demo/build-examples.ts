import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildManifest, formatDiagnostic, writeManifest } from '@baton/codegen'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * Compiles both examples into a manifest at `path`; gives the names of its workflows with their numbers of steps.
 *
 * @throws Error that shows what `baton check` would.
 */
export async function buildExamples(path: string): Promise<readonly string[]> {
  const { manifest, text, diagnostics } = buildManifest({ root: ROOT, files: ['order/order.ts', 'weather-pipeline/weather.ts'] })
  if (diagnostics.length > 0) throw new Error(`The examples do not pass the check:\n${diagnostics.map((found) => formatDiagnostic(found)).join('\n')}`)
  await mkdir(dirname(path), { recursive: true })
  writeManifest(path, text)
  return manifest.workflows.map(({ name, steps }) => `${name} (${steps.length} steps)`)
}
