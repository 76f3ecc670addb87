import { expect, it } from 'vitest'
import { Fetcher } from '../../packages/runtime/src/worker/fetcher.ts'
import { settled } from './gated-steps.ts'

it('claims nothing before it is started, and then what it was woken for', async () => {
  const claims: number[] = []
  const claim = async (max: number) => {
    claims.push(max)
    return { claimed: [], fetched: 0, foreign: [] }
  }
  const fetcher = new Fetcher({ sources: [{ name: 'queue', room: () => 3, claim }], onError: (error) => { throw error } })
  fetcher.wake('queue')
  await settled()
  expect(claims).toEqual([])
  fetcher.start()
  await settled()
  expect(claims).toEqual([2])
  await fetcher.stop()
})
