// Every error code of the packages stands in docs/guide/errors.md, and every code there is one of theirs.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './snippets.ts'

const page = readFileSync(join(ROOT, 'docs/guide/errors.md'), 'utf8')
const source = globSync('packages/*/src/**/*.ts', { cwd: ROOT, exclude: (name) => /\.(?:test|d)\.ts$/.test(name) })
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n')
  .replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')

/** Names of the error classes whose instances have a code. */
function codedClasses(): ReadonlySet<string> {
  const classes = new Set(['BatonError', 'EmbeddedPostgresError'])
  const declared = [...source.matchAll(/\bclass (\w+) extends (\w+)/g)]
  for (let size = 0; size < classes.size;) {
    size = classes.size
    for (const [, name = '', base = ''] of declared) if (classes.has(base)) classes.add(name)
  }
  return classes
}

function codesInSource(): ReadonlySet<string> {
  const made = [...source.matchAll(/\bnew (\w+)\(\s*'([A-Z][A-Za-z]+)'/g)].flatMap(([, name = '', code = '']) => (codedClasses().has(name) ? [code] : []))
  const own = [...source.matchAll(/\b(?:super\(\s*|override readonly code = )'([A-Z][A-Za-z]+)'/g)].map(([, code = '']) => code)
  return new Set([...made, ...own])
}

/** The first cells of the page's tables. */
const documented = new Set([...page.matchAll(/^\| `(\w+)`/gm)].map(([, code = '']) => code))
/** Codes that are not an error's: of a report, and of what blocks an execution. */
const others = ['Unexpected', 'ReplayFailed', 'Quarantined']

test('every code that the packages use is explained', () => {
  expect([...codesInSource()].filter((code) => !documented.has(code))).toEqual([])
})

test('every code that is explained is used', () => {
  const known = codesInSource()
  expect([...documented].filter((code) => !known.has(code) && !others.includes(code))).toEqual([])
  for (const code of others) expect(source).toContain(`'${code}'`)
})

test('a code is explained once for each class that has it', () => {
  const rows = [...page.matchAll(/^\| `\w+`[^\n|]*\|[^\n|]*\|/gm)].map(([row]) => row)
  expect(new Set(rows).size).toBe(rows.length)
})
