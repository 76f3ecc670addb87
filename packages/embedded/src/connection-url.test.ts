import { expect, test } from 'vitest'
import { connectionUrl } from './connection-url.ts'

test('the URL carries any socket folder', () => {
  const folder = '/my data/50% + "ü"&x=y'
  const url = new URL(connectionUrl(folder, 5432))
  expect(url.searchParams.get('host')).toBe(folder)
  expect(url.pathname).toBe('/postgres')
})
