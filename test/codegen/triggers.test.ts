import { describe, expect, test } from 'vitest'
import { findings } from './support/findings.ts'

describe('triggers', () => {
  const triggered = (triggers: string, top = ''): readonly string[] =>
    findings(`import { cron, Run, Workflow } from '@baton/sdk'\n${top}\n@Workflow({ name: 'w', triggers: ${triggers} }) export class W { @Run() async run(): Promise<void> {} }`)

  const cases: Record<string, readonly string[]> = {
    "[cron('0 6 * * *'), cron('@daily', { name: 'daily', timezone: ZONE, input: () => undefined })]": [],
    'TRIGGERS': [],
    "[cron('0 6 * * 9')]": ["InvalidTrigger cron('0 6 * * 9')"],
    "[cron('@daily'), cron('@daily', { timezone: 'Mars/Olympus' })]": ["InvalidTrigger cron('@daily', { timezone: 'Mars/Olympus' })"],
    "[cron('@daily', { name: 'every day' })]": ["InvalidName cron('@daily', { name: 'every day' })"],
    "[cron('@daily'), cron('@weekly')]": ["InvalidTrigger [cron('@daily'), cron('@weekly')]"],
    '[cron(process.env.WHEN ?? "")]': ['UnresolvableOption process'],
    "[every('day')]": ["UnresolvableOption every('day')"],
  }
  const top = "const ZONE = 'Europe/' + 'Berlin'\nconst TRIGGERS = [cron('@hourly')]\nconst every = (span: string) => cron('@' + span)"
  test.each(Object.entries(cases))('%s', (triggers, expected) => expect(triggered(triggers, top)).toEqual(expected))
})
