const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** One line that leaves the terminal as it is: what a step threw may hold escape sequences. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, escape)
}

/** As `oneLine`, with line ends and tabs kept. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, escape)
}

function escape(character: string): string {
  return NAMES[character] ?? `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`
}
