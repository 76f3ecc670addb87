import { styleText } from 'node:util'
import type { OutputStream } from '../io.ts'

type Style = Parameters<typeof styleText>[0]

/** Puts a text in a colour, where colours are wanted. */
export type Paint = (style: Style, text: string) => string

export const plain: Paint = (_, text) => text
const colored: Paint = (style, text) => styleText(style, text, { validateStream: false })

/** Colours on a terminal, unless NO_COLOR (no-color.org) or a dumb terminal; FORCE_COLOR has the last word. */
export function wantsColor(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}

export function paintFor(color: boolean): Paint {
  return color ? colored : plain
}
