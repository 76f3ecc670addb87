import { decode, type Encoded } from '../payload/codec.ts'

/** The arguments of a call, as they were encoded together. */
export function argsOf(args: Encoded): readonly unknown[] {
  return (decode(args) as readonly unknown[] | undefined) ?? []
}
