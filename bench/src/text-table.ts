/** Aligns columns by spaces; the first `left` of them to the left. */
export function asColumns(rows: readonly (readonly string[])[], left: number): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) => row.map((cell, column) => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd())
    .join('\n')
    .concat('\n')
}

/** Three digits that say something. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return value.toPrecision(3)
}
