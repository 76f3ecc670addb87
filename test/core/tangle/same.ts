import assert from 'node:assert/strict'

/** Throws with a diff unless both say the same; what is undefined is as good as left out. */
export function same(actual: unknown, expected: unknown, what: string): void {
  try {
    assert.deepEqual(written(actual), written(expected))
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function written(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
