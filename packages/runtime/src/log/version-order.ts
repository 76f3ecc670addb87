/**
 * Orders versions as people read them: numbers in them by their value, all else by its characters, so that `10` comes after `9`
 * and `2.10` after `2.9`. Negative if `a` is the older one.
 */
export function compareVersions(a: string, b: string): number {
  const as = parts(a)
  const bs = parts(b)
  for (const [i, x] of as.entries()) {
    const y = bs[i]
    if (y === undefined) return 1
    const order = compareParts(x, y)
    if (order !== 0) return order
  }
  return as.length - bs.length
}

function compareParts(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)]
  if (!Number.isNaN(x) && !Number.isNaN(y) && x !== y) return x - y
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** `2.10-rc1` is `2`, `.`, `10`, `-rc`, `1`. */
function parts(version: string): readonly string[] {
  return version.match(/\d+|\D+/g) ?? []
}
