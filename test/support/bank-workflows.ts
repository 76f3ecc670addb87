import { Run, Step, Workflow } from '@baton/sdk'
import { stepTransaction } from '@baton/runtime'
import { sql } from 'kysely'

interface BankTables {
  accounts: { id: string; balance: number }
  transfers: { id: string; amount: number }
}

export const bankSchema = `
  create table accounts (id text primary key, balance integer not null check (balance >= 0));
  create table transfers (n serial primary key, id text not null, amount integer not null);
  insert into accounts values ('a', 1000), ('b', 0)`

/** Moves money in steps that share their transaction with the log. */
@Workflow({ name: 'transfers' })
export class Transfers {
  @Step({ transactional: true, retry: { maxAttempts: 1, platform: { maxAttempts: 10, delay: 1 } } })
  async move(id: string, amount: number): Promise<number> {
    const transaction = stepTransaction<BankTables>()
    await transaction.insertInto('transfers').values({ id, amount }).execute()
    await transaction.updateTable('accounts').set({ balance: sql`balance + ${amount}` }).where('id', '=', 'b').execute()
    const { balance } = await transaction.updateTable('accounts').set({ balance: sql`balance - ${amount}` }).where('id', '=', 'a').returning('balance').executeTakeFirstOrThrow()
    return balance
  }

  @Run() async run({ id, times, amount }: { id: string; times: number; amount: number }): Promise<number> {
    let left = 0
    for (let i = 0; i < times; i++) left = await this.move(`${id}-${i}`, amount)
    return left
  }
}
