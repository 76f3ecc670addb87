import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** Of the package; the file lies beside `src` and `dist` alike. */
export const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version
