import type { ts } from 'ts-morph'

/** A value known without running code, with the node each part came from. */
export type StaticValue =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | bigint | null | undefined; readonly node: ts.Node }
  | { readonly kind: 'list'; readonly items: readonly StaticValue[]; readonly node: ts.Node }
  | { readonly kind: 'record'; readonly entries: ReadonlyMap<string, StaticValue>; readonly node: ts.Node }
  /** A function; its node is its own expression or declaration, or what names it. */
  | { readonly kind: 'function'; readonly node: ts.Node }
  /** A class, by the name its instances are known by. */
  | { readonly kind: 'class'; readonly name: string; readonly node: ts.Node }
  /** A call of the SDK's `cron`, without what makes the input. */
  | { readonly kind: 'cron'; readonly args: readonly StaticValue[]; readonly node: ts.Node }
  /** Only running the program would tell; `why` completes "it cannot be evaluated: …". */
  | { readonly kind: 'unknown'; readonly why: string; readonly node: ts.Node }

export type StaticRecord = Extract<StaticValue, { kind: 'record' }>

/** Stands for a function where only its presence matters. */
export const someFunction = (): boolean => true

/** Stands for a class where only its name matters. */
export class NamedClass {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** Stands for a call of `cron`. */
export class CronCall {
  readonly args: readonly unknown[]

  constructor(args: readonly unknown[]) {
    this.args = args
  }
}

/**
 * The value as plain data; what is unknown is left out, a function becomes {@link someFunction}, a class a {@link NamedClass}, a
 * call of `cron` a {@link CronCall}.
 */
export function toPlain(value: StaticValue): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value
    case 'list':
      return value.items.map(toPlain)
    case 'record':
      return Object.fromEntries(
        [...value.entries].filter(([, entry]) => entry.kind !== 'unknown').map(([key, entry]) => [key, toPlain(entry)]),
      )
    case 'function':
      return someFunction
    case 'class':
      return new NamedClass(value.name)
    case 'cron':
      return new CronCall(value.args.map(toPlain))
    case 'unknown':
      return undefined
  }
}

/** The deepest part of `value` on the way along `path`. */
export function partAt(value: StaticValue, path: readonly PropertyKey[]): StaticValue {
  const [key, ...rest] = path
  const next =
    value.kind === 'record' ? value.entries.get(String(key)) : value.kind === 'list' ? value.items[Number(key)] : undefined
  return key === undefined || !next ? value : partAt(next, rest)
}

/** All parts that could not be evaluated. */
export function unknownParts(value: StaticValue): readonly Extract<StaticValue, { kind: 'unknown' }>[] {
  if (value.kind === 'unknown') return [value]
  if (value.kind === 'list') return value.items.flatMap(unknownParts)
  if (value.kind === 'cron') return value.args.flatMap(unknownParts)
  if (value.kind === 'record') return [...value.entries.values()].flatMap(unknownParts)
  return []
}
