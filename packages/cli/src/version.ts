import { readFileSync } from 'node:fs'

/** Of the package; the file lies beside `src` and `dist` alike. */
export const version = String((JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version?: unknown }).version)
