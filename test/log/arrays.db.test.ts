import fc from 'fast-check'
import { expect, test } from 'vitest'
import { texts } from '../../packages/runtime/src/log/arrays.ts'
import { connected } from '../support/connected.ts'

test('an array of texts is to the server what it was here, whatever the texts hold', async () => {
  await using stack = new AsyncDisposableStack()
  const { client } = await connected(stack)
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll('\u0000', '')),
    fc.constantFrom('null', 'NULL', '', '"', '\\', '\\"', '{}', ',', ' a ', '\n', 'a\u001fb[3]', '{"a":"\\"b\\\\"}', "'"), fc.constant(null),
  )
  await fc.assert(fc.asyncProperty(fc.array(text), async (values) => {
    const { rows } = await client.query<{ read: readonly (string | null)[] }>('select $1::text[] as read', [texts(values)])
    expect(rows[0]?.read).toEqual(values)
  }))
})
