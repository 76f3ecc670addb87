import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type CsvCursor, type CsvRow, readPage } from './csv-pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-csv-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function rowsOf(text: string, bytes: number): Promise<CsvRow[]> {
  const path = join(folder, 'rows.csv')
  writeFileSync(path, text)
  const rows: CsvRow[] = []
  let cursor: CsvCursor | undefined
  do {
    const page = await readPage(path, cursor, bytes)
    rows.push(...page.items)
    cursor = page.next
  } while (cursor)
  return rows
}

describe('readPage', () => {
  const text = 'id,name\n1,Ann\n2,Zoë\n3,Łukasz\n4,Li'
  const whole = ['Ann', 'Zoë', 'Łukasz', 'Li'].map((name, i) => ({ line: i + 2, fields: { id: String(i + 1), name } }))

  test.each([11, 12, 16, 17, 100])('gives every row once, with its line, in pages of %i bytes', async (bytes) => {
    expect(await rowsOf(text, bytes)).toEqual(whole)
    expect(await rowsOf(`${text}\n`, bytes)).toEqual(whole)
  })

  test('a file of a header alone has no rows', async () => {
    expect(await rowsOf('id,name\n', 20)).toEqual([])
  })

  test('a line that fits into no page is refused', async () => {
    await expect(rowsOf('id,name\n1,Ann\n2,Bartholomew\n3,Li\n', 10)).rejects.toThrow('The line at byte 14 is longer than 10 bytes.')
  })
})
