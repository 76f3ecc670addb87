import { oneLine } from './printable.ts'
import { cutText, textWidth } from './text-width.ts'
import type { Paint } from './paint.ts'

/** A column: its head, and its style by cell where it has one. */
export interface Column {
  readonly head: string
  readonly align?: 'left' | 'right'
  readonly style?: (cell: string) => Parameters<Paint>[0] | undefined
}

/** Rows in columns as wide as their widest cell; the last column is cut where the terminal ends. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], paint: Paint, width = 200): string {
  const clean = rows.map((row) => row.map(oneLine))
  const widths = columns.map(({ head }, at) => Math.max(textWidth(head), ...clean.map((row) => textWidth(row[at] ?? ''))))
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0)
  const room = Math.max(10, width - before)
  const line = (cells: readonly string[], styleOf: (at: number, cell: string) => Parameters<Paint>[0] | undefined): string =>
    columns
      .map(({ align }, at) => {
        const last = at === columns.length - 1
        const cell = last ? cutText(cells[at] ?? '', room) : (cells[at] ?? '')
        const style = styleOf(at, cell)
        const shown = style && cell !== '' ? paint(style, cell) : cell
        const pad = ' '.repeat(Math.max(0, (widths[at] ?? 0) - textWidth(cell)))
        if (align === 'right') return pad + shown
        return last ? shown : shown + pad
      })
      .join('  ')
      .trimEnd()
  const head = line(columns.map(({ head }) => head), () => 'bold')
  return [head, ...clean.map((row) => line(row, (at, cell) => columns[at]?.style?.(cell)))].map((text) => `${text}\n`).join('')
}

/** Names and values in two columns; values without one are left out. */
export function fields(pairs: readonly (readonly [string, string | undefined])[], paint: Paint): string {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined)
  const width = Math.max(...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${paint('bold', name.padEnd(width))}  ${value}\n`).join('')
}
