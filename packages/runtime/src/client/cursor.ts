import { z } from 'zod'
import { InvalidQuery } from './client-errors.ts'
import type { ListOrder, Path } from './list-path.ts'
import type { Position } from './list-query.ts'

const Parts = z.tuple([z.string()], z.string())

/** A place in a list of one order, as opaque text. */
export function toCursor(order: ListOrder, descending: boolean, position: Position): string {
  return Buffer.from(JSON.stringify([nameOf(order, descending), ...position])).toString('base64url')
}

/** @throws InvalidQuery for what no page of this order has given. */
export function fromCursor(cursor: string, order: ListOrder, descending: boolean, { keyTypes }: Path): Position {
  const parts = Parts.safeParse(parse(cursor))
  if (!parts.success) throw new InvalidQuery(`'${cursor}' is no cursor that a page has given.`)
  const [name, ...position] = parts.data
  if (name !== nameOf(order, descending)) {
    throw new InvalidQuery(`The cursor is of a list by ${name}, this one is by ${nameOf(order, descending)}; go on with the order of the page before.`)
  }
  const fits = position.length === keyTypes.length && keyTypes.every((type, i) => type === 'text' || !Number.isNaN(Date.parse(position[i] ?? '')))
  if (!fits) throw new InvalidQuery(`'${cursor}' is no cursor that a page has given.`)
  return position
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined // what is no JSON is no cursor
  }
}

function nameOf(order: ListOrder, descending: boolean): string {
  return `${typeof order === 'object' ? `attribute '${order.attribute}'` : order}, ${descending ? 'descending' : 'ascending'}`
}
