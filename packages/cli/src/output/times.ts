const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** A span of time in at most two units: `340ms`, `1.2s`, `2m 5s`, `3d 4h`. */
export function duration(ms: number): string {
  if (Math.round(ms) < 1_000) return `${Math.max(0, Math.round(ms))}ms`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)}s`
  const seconds = Math.round(ms / 1_000) * 1_000
  const at = UNITS.findIndex(([, size]) => seconds >= size)
  const [unit, size] = UNITS[at] ?? UNITS[3]
  const next = UNITS[at + 1]
  const rest = next ? Math.floor((seconds % size) / next[1]) : 0
  return `${Math.floor(seconds / size)}${unit}${next && rest > 0 ? ` ${rest}${next[0]}` : ''}`
}

/** A moment seen from `now`, in one unit: `5s ago`, `in 3h`, `now`. */
export function relative(time: Date, now: Date): string {
  const ms = time.getTime() - now.getTime()
  const size = Math.abs(ms)
  // The database's clock and this one's differ by a little.
  if (size < 1_000) return 'now'
  const [unit, each] = UNITS.find(([, each]) => size >= each) ?? UNITS[3]
  const text = `${Math.floor(size / each)}${unit}`
  return ms < 0 ? `${text} ago` : `in ${text}`
}
