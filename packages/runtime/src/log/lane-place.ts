// Where an event of a forEach iteration stands among those of the main log, as the one number that the table has of it: the number of
// the main log's event it stands behind, and below it which it is among the events of all iterations. Of two columns one would be the
// ninth, and each row of `events` 8 bytes longer. All of it is SQL: the number is too large for JavaScript.

/** What sorts as `after` and, behind the same one, as `nth`; null if they are. An event of the main log itself stands at `nth` 0. */
export function placeOf(after: string, nth: string): string {
  return `(${after}::bigint << 32 | ${nth})`
}

/** The number of the main log's event it stands behind. */
export function afterOf(place: string): string {
  return `(${place} >> 32)::integer`
}

/** Which event it is among those of all iterations. */
export function nthOf(place: string): string {
  return `(${place} & 4294967295)::integer`
}
