// What a worker process of the import serves; customers go to the database the worker is on.
import { TableCustomers } from './customers.ts'
import { ImportWorkflow } from './import.ts'

const customers = new TableCustomers(process.env['BATON_URL'] ?? '')

export const workflows = [{ workflow: ImportWorkflow, create: (): ImportWorkflow => new ImportWorkflow(customers) }]
