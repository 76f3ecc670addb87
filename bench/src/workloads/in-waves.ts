/** No engine is asked for more at once: beyond that its queue for connections would be measured. */
const WAVE = 1_000

/** Acts on all of them, as many at once as there may be. */
export async function inWaves<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from += WAVE) results.push(...(await Promise.all(items.slice(from, from + WAVE).map(act))))
  return results
}

/** Acts on all of them, so many at a time: the next as soon as one is done. */
export async function inLanes<T, R>(lanes: number, items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  const left = items.entries()
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (const [i, item] of left) results[i] = await act(item)
  }))
  return results
}
