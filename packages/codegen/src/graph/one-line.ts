import type { ts } from 'ts-morph'

const LONGEST = 80

/** The text of a node on one line, without comments, cut where it gets long: for labels and ids. */
export function oneLine(node: ts.Node): string {
  return shorten(textOf(node))
}

/** The whole text of a node on one line, without comments. */
export function textOf(node: ts.Node): string {
  return collapse(node.getText())
}

export function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

/** White space outside of strings becomes one blank; comments and commas before a closing bracket go. */
function collapse(source: string): string {
  const token = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+/g
  return source
    .replaceAll(token, (match) => (/^['"`]/.test(match) ? match.replaceAll(/\s*\r?\n\s*/g, ' ') : ' '))
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/,? ?([)\]]) ?(?=[.,;)\]]|$)/g, '$1')
    .replaceAll(/([([]) /g, '$1')
    .trim()
}
