// Serves expenses over HTTP until it is interrupted: a database, a worker and a server in one process.
import { once } from 'node:events'
import { resolve } from 'node:path'
import { resolveDatabaseUrl } from '@baton/embedded'
import { Baton, migrate, Worker } from '@baton/runtime'
import { ExpenseWorkflow } from './expense.ts'
import { serve } from './json-server.ts'
import { FolderMail } from './mail.ts'
import { expenseRoutes, refuse } from './routes.ts'

const SCHEMA = 'baton_examples'
const folder = resolve('.baton/approval-mail')
const create = (): ExpenseWorkflow => new ExpenseWorkflow(new FolderMail(folder))

await using database = await resolveDatabaseUrl()
await migrate(database.url, { schema: SCHEMA })
await using _worker = await Worker.start({ url: database.url, schema: SCHEMA, workflows: [{ workflow: ExpenseWorkflow, create }] })
await using baton = await Baton.connect(database.url, { schema: SCHEMA })
await using server = await serve(expenseRoutes(baton), refuse, console.log, Number(process.env['PORT'] ?? 0))

console.log(`Expenses at ${server.url}/expenses, letters in ${folder}`)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
