import type { Session } from '../session.ts'
import { plainJson } from './plain-json.ts'

/** What an execution gave: by itself for people, with what it belongs to as a document. */
export function printValue(session: Session, about: object, output: unknown): void {
  if (session.json) session.printJson({ ...about, output: plainJson(output) })
  else session.print(`${JSON.stringify(plainJson(output), null, 2)}\n`)
}
