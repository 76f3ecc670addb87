import { z } from 'zod'
import type { PayloadBorder } from '../payload/payload-border.ts'
import { isSealed } from '../payload/sealed.ts'
import type { NewMessage } from './post.ts'

/** What of a message is looked for by SQL: it stays readable beside what is sealed. */
const Keys = z.object({ id: z.string().optional(), token: z.string().optional() })

/** The messages as the inbox gets them; to be called before the transaction that writes them. */
export async function sealMessages(border: PayloadBorder, messages: readonly NewMessage[]): Promise<readonly NewMessage[]> {
  const sealed = await border.sealRows(messages, 'payload')
  return sealed.map((message, i) => (isSealed(message.payload) ? { ...message, payload: withKeys(message.payload, messages[i]?.payload ?? 'null') } : message))
}

function withKeys(sealed: string, plain: string): string {
  const keys = JSON.stringify(Keys.parse(JSON.parse(plain)))
  return keys === '{}' ? sealed : `${sealed.slice(0, -1)},${keys.slice(1)}`
}
