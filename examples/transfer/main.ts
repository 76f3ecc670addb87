// Orders transfers between five accounts in one process, a few of which are refused, and audits the books.
import { resolveDatabaseUrl } from '@baton/embedded'
import { Baton, migrate, Worker } from '@baton/runtime'
import { audit } from './audit.ts'
import { openBank, prepareBank } from './bank.ts'
import { TableNotices } from './notices.ts'
import { orderTransfer } from './order-transfer.ts'
import { TransferWorkflow } from './transfer.ts'

const SCHEMA = 'baton_examples'
const names = ['ann', 'bob', 'cleo', 'dan', 'eve']

await using database = await resolveDatabaseUrl()
await migrate(database.url, { schema: SCHEMA })
await using stack = new AsyncDisposableStack()
const bank = stack.adopt(openBank(database.url), (open) => open.destroy())
await prepareBank(bank, names.map((id) => ({ id, cents: 500_00 })))
const create = (): TransferWorkflow => new TransferWorkflow(new TableNotices(bank))
stack.use(await Worker.start({ url: database.url, schema: SCHEMA, workflows: [{ workflow: TransferWorkflow, create }] }))
const baton = stack.use(await Baton.connect(database.url, { schema: SCHEMA }))

const run = Date.now().toString(36)
const orders = Array.from({ length: 40 }, (_, i) => ({
  id: `${run}-${i}`, from: names[i % 5] ?? 'ann', to: names[(i * 2 + 1 + (i % 5)) % 5] ?? 'bob', cents: 1 + ((i * 7_919_01) % 600_00),
})).filter(({ from, to }) => from !== to)
const ended = await Promise.allSettled(orders.map(async (order) => (await orderTransfer(bank, baton, order)).result()))

for (const { text } of await bank.selectFrom('bank.notices').select('text').where('text', 'like', `${run}%`).orderBy('key').execute()) console.log(text)
const { money, booked } = await audit(bank, 500_00)
const done = ended.filter(({ status }) => status === 'fulfilled').length
console.log(`${done} of ${orders.length} transfers went through; ${money} cents are in the bank, as before, and each of ${booked.size} was booked once: ${[...booked.values()].every((times) => times === 1)}`)
