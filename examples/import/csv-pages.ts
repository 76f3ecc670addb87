import { open } from 'node:fs/promises'

/** Where the next page begins. */
export interface CsvCursor {
  readonly byte: number
  /** Counted from 1; line 1 is the header. */
  readonly line: number
}

export interface CsvRow {
  readonly line: number
  /** By the names in the header. */
  readonly fields: Readonly<Record<string, string>>
}

export interface CsvPage {
  readonly items: readonly CsvRow[]
  readonly next?: CsvCursor
}

/**
 * So many bytes of whole lines of a CSV file, from the cursor on: no more of the file is in memory. Fields hold no commas and no
 * quotes.
 *
 * @throws RangeError if a line is longer than a page.
 */
export async function readPage(path: string, cursor: CsvCursor | undefined, bytes: number): Promise<CsvPage> {
  await using file = await open(path)
  const header = await lines(file, 0, bytes)
  const names = (header.lines[0] ?? '').split(',')
  const from = cursor ?? { byte: Buffer.byteLength(`${header.lines[0] ?? ''}\n`), line: 2 }
  const page = await lines(file, from.byte, bytes)
  const items = page.lines.map((text, i) => {
    const values = text.split(',')
    return { line: from.line + i, fields: Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])) }
  })
  if (page.end) return { items }
  return { items, next: { byte: from.byte + page.bytes, line: from.line + items.length } }
}

type File = Awaited<ReturnType<typeof open>>

async function lines(file: File, from: number, bytes: number): Promise<{ readonly lines: readonly string[]; readonly bytes: number; readonly end: boolean }> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes + 1), 0, bytes + 1, from)
  const end = bytesRead <= bytes
  const last = buffer.subarray(0, Math.min(bytesRead, bytes)).lastIndexOf('\n') + 1
  if (last === 0 && !end) throw new RangeError(`The line at byte ${from} is longer than ${bytes} bytes.`)
  const whole = end ? bytesRead : last
  return { lines: buffer.subarray(0, whole).toString().split('\n').filter(Boolean), bytes: whole, end }
}
