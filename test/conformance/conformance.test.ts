// The table of the README and the files of this folder say the same.
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = import.meta.dirname

interface Row {
  readonly number: number
  readonly source: string
  readonly file: string | undefined
  readonly text: string
}

const rows = readFileSync(`${folder}/README.md`, 'utf8').split('\n').flatMap((line): Row[] => {
  const [, number, source = '', text = ''] = /^\| (\d+) \| (.+?) \| (.+) \|$/.exec(line) ?? []
  if (number === undefined) return []
  return [{ number: Number(number), source, file: /^\[.+\]\((.+)\)/.exec(text)?.[1], text }]
})

const files = globSync(['*.test.ts', 'races/*.test.ts'], { cwd: folder }).filter((file) => file !== 'conformance.test.ts').sort()

test('every scenario has its number once, and the first forty are all accounted for', () => {
  const numbers = rows.map(({ number }) => number)
  expect(numbers).toEqual(numbers.map((_, i) => i + 1))
  expect(numbers.length).toBeGreaterThanOrEqual(40)
  expect(rows.filter(({ file, text }) => file === undefined && text.length < 40).map(({ number }) => `${number} has neither a file nor a reason`)).toEqual([])
})

test('every file has its row, and every row its file', () => {
  expect(rows.flatMap(({ file }) => file ?? []).sort()).toEqual(files)
})

test.each(rows.filter(({ file }) => file !== undefined))('$number begins with its source and number: $file', ({ number, source, file }) => {
  const [first] = readFileSync(`${folder}/${file}`, 'utf8').split('\n', 1)
  expect(first?.startsWith(`// ${source}; scenario ${number}: `), first).toBe(true)
})
