// The table of README.md and the files agree.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = import.meta.dirname
const rows = readFileSync(`${folder}/README.md`, 'utf8')
  .split('\n')
  .flatMap((line) => [...line.matchAll(/^\| WCP-(\d+) \| (.+) \| (.+) \| \[(.+)\]\((.+)\) \|$/g)])
  .map(([, number, name, how, text, link]) => ({ number: Number(number), name: name ?? '', how: how ?? '', text, link: link ?? '' }))

test('all 43 patterns are listed, once, in their order', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 43 }, (_, at) => at + 1))
  expect(new Set(rows.map(({ name }) => name)).size).toBe(43)
})

test.each(rows)('WCP-$number $name has its file, which names it, and a test', ({ number, name, text, link }) => {
  expect(text).toBe(link)
  const test = link.replace(/(\.test)?\.ts$/, '.test.ts')
  expect(readFileSync(`${folder}/${link}`, 'utf8').startsWith(`// WCP-${number} ${name}: `)).toBe(true)
  expect(readFileSync(`${folder}/${test}`, 'utf8')).toContain(`pattern('WCP-${number} ${name}', [`)
})

test('every file is listed', () => {
  const files = readdirSync(folder).filter((file) => file.startsWith('wcp-'))
  const listed = new Set(rows.flatMap(({ link }) => [link, link.replace(/(\.test)?\.ts$/, '.test.ts')]))
  expect(files.filter((file) => !listed.has(file))).toEqual([])
})

test('what is in a file of its own is played on Postgres', () => {
  const played = readFileSync(`${folder}/on-postgres.db.test.ts`, 'utf8')
  const own = rows.filter(({ link }) => !link.endsWith('.test.ts'))
  expect(own.length).toBeGreaterThan(4)
  expect(own.filter(({ link }) => !existsSync(`${folder}/${link}`) || !played.includes(`'./${link}'`))).toEqual([])
})
