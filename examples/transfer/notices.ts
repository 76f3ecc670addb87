import type { BankDatabase } from './bank.ts'

/** Tells customers something; two calls with one key are one notice. */
export interface Notices {
  tell(customer: string, text: string, key: string): Promise<void>
}

/** Notices in a table, over a connection that has nothing to do with the workflow's. */
export class TableNotices implements Notices {
  readonly #bank: BankDatabase

  constructor(bank: BankDatabase) {
    this.#bank = bank
  }

  async tell(customer: string, text: string, key: string): Promise<void> {
    await this.#bank.insertInto('bank.notices').values({ key, customer, text }).onConflict((conflict) => conflict.doNothing()).execute()
  }
}
