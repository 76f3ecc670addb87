import { styleText } from 'node:util'
import type { Diagnostic } from './diagnostic.ts'

/** How a diagnostic is shown. */
export interface FormatOptions {
  /** ANSI colours; default `false`. */
  readonly color?: boolean
}

type Style = Parameters<typeof styleText>[0]
type Paint = (style: Style, text: string) => string

/**
 * A diagnostic as text: place, severity, code and message, the source with a caret, and what to do; no newline at the end.
 *
 * @example for (const found of diagnostics) console.error(formatDiagnostic(found, { color: process.stderr.isTTY }))
 */
export function formatDiagnostic(diagnostic: Diagnostic, { color = false }: FormatOptions = {}): string {
  const paint: Paint = color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
  const { file, line, column, severity, code, message, help } = diagnostic
  const place = paint('cyan', `${file}:${line}:${column}`)
  const head = `${place} ${paint(severity === 'error' ? 'red' : 'yellow', severity)} ${paint('bold', code)}: ${message}`
  const parts = [head, ...frameLines(diagnostic, paint)]
  if (help) parts.push(`  ${paint('green', 'help')}: ${help}`)
  return parts.join('\n')
}

function frameLines({ frame, line, column, severity }: Diagnostic, paint: Paint): string[] {
  const width = String(frame.firstLine + frame.lines.length - 1).length
  const out: string[] = []
  frame.lines.forEach((text, at) => {
    const number = frame.firstLine + at
    const gutter = (label: string): string => paint('gray', `  ${label.padStart(width)} |`)
    out.push(`${gutter(String(number))} ${text}`.trimEnd())
    if (number !== line) return
    // Tabs are repeated so that the caret stands under its character whatever the terminal's tab width is.
    const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ')
    const carets = '^'.repeat(Math.max(1, Math.min(frame.length, text.length - column + 1)))
    out.push(`${gutter('')} ${indent}${paint(severity === 'error' ? 'red' : 'yellow', carets)}`)
  })
  return out
}
