import { cron, Run, sleep, Step, Workflow } from '@baton/sdk'
import { z } from 'zod'

/** Every second. */
@Workflow({ name: 'ticking', triggers: [cron('* * * * * *', { input: (at) => ({ second: at.toISOString() }) })] })
export class Ticking {
  @Step() async note(second: string): Promise<string> {
    return second
  }

  @Run() async run({ second }: { readonly second: string }): Promise<string> {
    return this.note(second)
  }
}

const Day = z.object({ day: z.string() })
const dayOf = (at: Date): z.infer<typeof Day> => ({ day: at.toISOString().slice(0, 10) })

/** Once a day, and once a month. */
@Workflow({
  name: 'nightly', input: Day, triggers: [cron('0 3 * * *', { timezone: 'Europe/Berlin', input: dayOf }), cron('@monthly', { name: 'monthly', input: dayOf })],
})
export class Nightly {
  @Run() async run({ day }: z.infer<typeof Day>): Promise<string> {
    await sleep('1s')
    return day
  }
}

/** Its input can never be made. */
@Workflow({
  name: 'unlucky',
  triggers: [cron('@daily', { input: () => {
    throw new RangeError('no such day')
  } })],
})
export class Unlucky {
  @Run() async run(): Promise<void> {}
}

export const workflows = [Ticking, Nightly, Unlucky]
