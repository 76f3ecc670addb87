import { describe, expect, test } from 'vitest'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

describe('EmbeddedPostgresError', () => {
  test('is recognised across two installed copies', async () => {
    const copyUrl = './embedded-postgres-error.ts?copy'
    const copy: typeof import('./embedded-postgres-error.ts') = await import(/* @vite-ignore */ copyUrl)
    expect(copy.EmbeddedPostgresError).not.toBe(EmbeddedPostgresError)
    expect(new copy.EmbeddedPostgresError('StartFailed', 'no')).toBeInstanceOf(EmbeddedPostgresError)
  })

  test('is not any other error', () => {
    expect(Object.assign(new Error('no'), { code: 'StartFailed' })).not.toBeInstanceOf(EmbeddedPostgresError)
    expect({}).not.toBeInstanceOf(EmbeddedPostgresError)
  })

  test('quotes the output it is given, and keeps the cause', () => {
    const cause = new Error('why')
    const error = new EmbeddedPostgresError('StartFailed', 'It did not start.', { cause, output: 'one\ntwo\n' })
    expect(error).toMatchObject({ code: 'StartFailed', cause, message: 'It did not start.\n\n  | one\n  | two' })
  })
})
