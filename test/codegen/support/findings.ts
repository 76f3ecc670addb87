import { compile, type Files } from './compile.ts'

/** Findings as `code line:column the source they stand at`. */
export function findings(source: string, more: Files = {}): readonly string[] {
  return compile({ 'w.ts': source, ...more }).diagnostics.map(({ code, line, column, frame }) => {
    const text = frame.lines[line - frame.firstLine] ?? ''
    return `${code} ${text.slice(column - 1, column - 1 + frame.length)}`
  })
}
