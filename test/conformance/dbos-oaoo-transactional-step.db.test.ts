// DBOS oaoo, datasource; scenario 7: a transactional step dies before its commit and after it, and its row is there once.
import { expect, test } from 'vitest'
import { Ledger, workflows } from './served/ledger.ts'
import { Stage } from './support/stage.ts'

test('the application’s row and the outcome are both there or neither is', async () => {
  await using stage = await Stage.open()
  await stage.sql('create table entries (text text not null)')
  for (const point of ['transact:before@1', 'transact:after@1']) {
    const handle = await stage.baton.start(Ledger, { id: point, input: point })
    const victim = await stage.process('ledger', { dieAt: point })
    await victim.exited
    const rows = async (): Promise<number> => (await stage.sql('select from entries where text = $1', [point])).length
    const committed = point.startsWith('transact:after')
    expect(await rows(), point).toBe(committed ? 1 : 0)
    const survivor = await stage.worker(workflows)
    expect(await handle.result(), point).toBe(`entered ${point}`)
    expect(await rows(), point).toBe(1)
    await survivor.stop()
  }
})
