import { writeFile } from 'node:fs/promises'

/** Every so many-th row has no address that mail could go to. */
export const BAD_EVERY = 97

export const idOf = (row: number): string => `c${String(row).padStart(5, '0')}`

/** Writes a file of so many customers, numbered from 0. */
export async function writeSample(path: string, rows: number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, row) => {
    const email = row % BAD_EVERY === BAD_EVERY - 1 ? 'unknown' : `customer${row}@example.org`
    return `${idOf(row)},Customer ${row},${email},${(row * 7_919) % 100_000}`
  })
  await writeFile(path, `id,name,email,cents\n${lines.join('\n')}\n`)
}

/** How many of so many rows are bad. */
export function badOf(rows: number): number {
  return Math.floor(rows / BAD_EVERY)
}
