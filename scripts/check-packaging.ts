// Packs each published package and looks at the tarball as a user's tools will: publint for the manifest, attw for the
// types behind every entry. Also that the tarball carries neither tests nor build leftovers.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

const root = join(import.meta.dirname, '..')
const packages = readdirSync(join(root, 'packages'))
const folder = mkdtempSync(join(tmpdir(), 'baton-pack-'))
let problems = 0

function fail(message: string): void {
  problems++
  process.stderr.write(`${message}\n`)
}

try {
  for (const name of packages) {
    const pkgDir = join(root, 'packages', name)
    const manifest: unknown = JSON.parse(readFileSync(join(pkgDir, 'package.json'), 'utf8'))
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], { cwd: pkgDir, encoding: 'utf8' }),
    ) as Packed[]
    if (!packed) throw new Error(`npm pack said nothing about ${name}`)
    for (const { path } of packed.files) {
      if (/\.test\.|tsbuildinfo/.test(path)) fail(`@baton/${name}: ${path} does not belong in the package`)
    }
    const tarball = join(folder, packed.filename)
    const bytes = readFileSync(tarball)
    const { messages } = await publint({ pack: { tarball: Uint8Array.from(bytes).buffer }, strict: true })
    for (const message of messages) {
      if (message.type !== 'suggestion') fail(`@baton/${name}: ${formatMessage(message, manifest as Parameters<typeof formatMessage>[1]) ?? message.code}`)
    }
    try {
      execFileSync('attw', [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color'], { encoding: 'utf8', stdio: 'pipe' })
    } catch (error) {
      fail(`@baton/${name}: ${(error as { stdout?: string }).stdout ?? String(error)}`)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(`packaging: ${packages.length} packages packed, ${problems} problems\n`)
process.exitCode = problems === 0 ? 0 : 1
