// Arrays as Postgres reads them: the driver would make some ten strings of each element.

/** Of numbers and names that need no quotes. */
export function plain(values: readonly (number | string)[]): string {
  return `{${values.join(',')}}`
}

const SPECIAL = /["\\]/

/** Of any texts. */
export function texts(values: readonly (string | null)[]): string {
  return `{${values.map(quoted).join(',')}}`
}

function quoted(text: string | null): string {
  if (text === null) return 'NULL'
  return SPECIAL.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`
}
