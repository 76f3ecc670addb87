/** One place at which two JSON values differ. */
export interface ValueChange {
  readonly path: readonly string[]
  /** Undefined where there is nothing. */
  readonly before: unknown
  readonly after: unknown
}

/** The deepest places at which two JSON values differ; lists are compared as a whole if their lengths differ. */
export function valueChanges(before: unknown, after: unknown, path: readonly string[] = []): readonly ValueChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const keys = isRecord(before) && isRecord(after) ? new Set([...Object.keys(before), ...Object.keys(after)]) : undefined
  if (!keys || !isRecord(before) || !isRecord(after)) return [{ path, before, after }]
  const inner = [...keys].flatMap((key) => valueChanges(before[key], after[key], [...path, key]))
  return inner.length > 0 ? inner : [{ path, before, after }]
}

/** A value on one line, cut where it gets long. */
export function brief(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
