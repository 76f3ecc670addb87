import { stepTransaction } from '@baton/runtime'
import { Run, Step, Workflow } from '@baton/sdk'

interface Tables {
  entries: { text: string }
}

/** Writes to a table of the application in the transaction of the step's outcome. */
@Workflow({ name: 'ledger' })
export class Ledger {
  @Step({ transactional: true }) async enter(text: string): Promise<string> {
    await stepTransaction<Tables>().insertInto('entries').values({ text }).execute()
    return `entered ${text}`
  }

  @Run() async run(text: string): Promise<string> {
    return this.enter(text)
  }
}

export const workflows = [Ledger]
