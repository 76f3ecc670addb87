const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** One line that leaves the terminal as it is: what a step threw may hold escape sequences. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, escape)
}

/** As `oneLine`, with line ends and tabs kept. */
export function printable(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, escape)
}

function escape(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  return NAMES[character] ?? (hex.length > 2 ? `\\u${hex}` : `\\x${hex.padStart(2, '0')}`)
}
