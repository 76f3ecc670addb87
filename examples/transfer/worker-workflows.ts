// What a worker process of the bank serves; its notices go to the database the worker is on.
import { openBank } from './bank.ts'
import { TableNotices } from './notices.ts'
import { TransferWorkflow } from './transfer.ts'

const notices = new TableNotices(openBank(process.env['BATON_URL'] ?? ''))

export const workflows = [{ workflow: TransferWorkflow, create: (): TransferWorkflow => new TransferWorkflow(notices) }]
