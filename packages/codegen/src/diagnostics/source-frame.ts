/** The lines around a finding, kept with it so that it can be shown after the file has changed. */
export interface SourceFrame {
  /** The number of the first line, counted from 1. */
  readonly firstLine: number
  /** Whole lines, without their ends. */
  readonly lines: readonly string[]
  /** How many characters from the finding's column on are meant; the caret is as wide, within its line. */
  readonly length: number
}

const CONTEXT = 2

/** The frame of `length` characters that begin on `line` (from 1). */
export function sourceFrame(text: string, line: number, length: number): SourceFrame {
  const lines = text.split(/\r?\n/)
  const first = Math.max(1, line - CONTEXT)
  return { firstLine: first, lines: lines.slice(first - 1, line + 1), length }
}
