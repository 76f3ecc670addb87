import type { Baton, Handle } from '@baton/runtime'
import type { BankDatabase } from './bank.ts'
import { type Balances, type Transfer, TransferWorkflow } from './transfer.ts'

/** Notes the order and starts its transfer in one transaction: there is no order without a transfer, and no transfer without one. */
export function orderTransfer(bank: BankDatabase, baton: Baton, transfer: Transfer): Promise<Handle<Balances, TransferWorkflow>> {
  return bank.transaction().execute(async (transaction) => {
    await transaction.insertInto('bank.orders').values(transfer).execute()
    return baton.start(TransferWorkflow, { id: `transfer-${transfer.id}`, input: transfer, transaction })
  })
}
