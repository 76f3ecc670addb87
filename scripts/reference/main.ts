// npm run reference: docs/reference from the docstrings, written where it changed. With --check: fails where it would.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from './entries.ts'
import { generate } from './generate.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const target = join(ROOT, 'docs/reference')
const fresh = mkdtempSync(join(tmpdir(), 'baton-reference-'))

/** The pages of a folder by their path in it. */
function pagesOf(folder: string): ReadonlyMap<string, string> {
  const paths = globSync('**/*.md', { cwd: folder }).sort()
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}

function write(path: string, text: string | undefined): void {
  const file = join(target, path)
  if (text === undefined) return rmSync(file)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Brings `docs/reference` to what was generated, or says where it differs. */
function compare(): void {
  const wanted = pagesOf(fresh)
  const present = pagesOf(target)
  const stale = [...new Set([...wanted.keys(), ...present.keys()])].filter((path) => wanted.get(path) !== present.get(path)).sort()
  if (values.check) {
    for (const path of stale) process.stderr.write(`docs/reference/${path} is not what the docstrings say. Run: npm run reference\n`)
    process.exitCode = stale.length === 0 ? 0 : 1
  } else {
    for (const path of stale) write(path, wanted.get(path))
  }
  process.stdout.write(`reference: ${wanted.size} pages, ${stale.length} ${values.check ? 'stale' : 'changed'}\n`)
}

try {
  if (await generate(fresh)) compare()
  else process.exitCode = 1
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
