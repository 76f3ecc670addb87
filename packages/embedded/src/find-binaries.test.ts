import { describe, expect, test } from 'vitest'
import { parseVersion } from './postgres-version.ts'
import { newestFirst } from './system-binaries.ts'

describe('the version of the programs', () => {
  test.each([
    ['postgres (PostgreSQL) 18.4\n', { full: '18.4', major: '18' }],
    ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n', { full: '15.18', major: '15' }],
    ['postgres (PostgreSQL) 19beta1\n', { full: '19beta1', major: '19' }],
    ['initdb: error while loading shared libraries', undefined],
  ])('is read from %j', (output, version) => {
    expect(parseVersion(output)).toEqual(version)
  })

  test('orders as numbers', () => {
    expect(newestFirst(['9', '15', 'common', '18'])).toEqual(['18', '15', '9'])
  })
})
