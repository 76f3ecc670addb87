import type { ZodType } from 'zod'

/**
 * The rows of a CSV file with a header, each checked; for files without quotes, as the data sets here are.
 *
 * @throws Error that names the line which does not fit.
 */
export function parseCsv<T>(text: string, row: ZodType<T>): readonly T[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/)
  const names = header.split(',')
  return lines.map((line, at) => {
    const cells = line.split(',')
    const parsed = row.safeParse(Object.fromEntries(names.map((name, column) => [name, cells[column]])))
    if (!parsed.success) throw new Error(`Line ${at + 2} of the CSV does not fit: ${parsed.error.message}`)
    return parsed.data
  })
}
