import { cron, Run, Workflow } from '@baton/sdk'
import { nextTick } from '@baton/sdk/host'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Unlucky } from '../support/ticking-workflows.ts'
import { testWorker } from '../support/worker.ts'
import { documentOf, runCli } from './support/run-cli.ts'

const trigger = cron('30 6 1 1 *', { timezone: 'Asia/Tokyo', name: 'new-year' })

@Workflow({ name: 'greeting', triggers: [trigger] })
class Greeting {
  @Run() async run(): Promise<void> {}
}

test('baton schedules shows what is planned and what came of the last tick', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  const cli = (...argv: string[]) => runCli(argv, { env: { DATABASE_URL: url } })
  expect(await cli('schedules')).toEqual({ code: 0, stdout: 'No trigger starts anything: no worker has registered one.\n', stderr: '' })
  stack.use(await testWorker(url, { workflows: [Greeting, Unlucky] }))
  const { code, stdout } = await cli('schedules')
  expect(code).toBe(0)
  expect(stdout.split('\n').map((line) => line.trimEnd().replaceAll(/ {2,}/g, '  ').replace(/in \d+[dhms]/, 'in …'))).toEqual([
    'WORKFLOW  TRIGGER  EXPRESSION  TIME ZONE  NEXT  LAST  STARTED',
    'greeting  new-year  30 6 1 1 *  Asia/Tokyo  in …  never',
    'unlucky  cron  @daily  UTC  in …  never',
    '',
  ])
  expect(documentOf(await cli('schedules', 'greeting', '--json'))).toEqual({
    schedules: [{
      workflow: 'greeting', trigger: 'new-year', version: '1', expression: '30 6 1 1 *', timezone: 'Asia/Tokyo',
      nextAt: new Date(nextTick(trigger, Date.now()) ?? 0).toISOString(), lastAt: null, lastExecution: null, lastError: null,
    }],
  })
  expect((await cli('schedules', 'another')).stdout).toBe("No trigger starts 'another': no worker has registered one.\n")
})
