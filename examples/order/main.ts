// Runs a few orders in one process: a database, a worker and a client. Payments fail now and then; the history shows it.
import { resolveDatabaseUrl } from '@baton/embedded'
import { Baton, migrate, Worker } from '@baton/runtime'
import { MemoryLedger } from './ledger.ts'
import { OrderWorkflow } from './order.ts'
import { sampleOrder } from './sample-order.ts'
import { SimulatedPayments, troubleOf } from './simulated-payments.ts'
import { SimulatedWarehouse } from './warehouse.ts'

const SCHEMA = 'baton_examples'
const ledger = new MemoryLedger()
const [payments, warehouse] = [new SimulatedPayments(ledger), new SimulatedWarehouse()]
const create = (): OrderWorkflow => new OrderWorkflow(payments, warehouse)

await using database = await resolveDatabaseUrl()
await migrate(database.url, { schema: SCHEMA })
await using worker = await Worker.start({ url: database.url, schema: SCHEMA, workflows: [{ workflow: OrderWorkflow, create }] })
await using baton = await Baton.connect(database.url, { schema: SCHEMA })

const orders = Array.from({ length: 12 }, (_, at) => sampleOrder(`order-${Date.now()}-${at + 1}`))
console.log(`Placing ${orders.length} orders with worker ${worker.id}`)
const receipts = await Promise.all(orders.map((order) => baton.execute(OrderWorkflow, { id: order.id, input: order })))

for (const { orderId, charge, parcels, waybill } of receipts) {
  const history = await baton.handle(orderId).history()
  const retries = history.filter(({ type }) => type === 'StepRetrying').length
  const trouble = troubleOf(orderId)
  const note = trouble === 'none' ? '' : `payment: ${trouble}, ${retries} ${retries === 1 ? 'retry' : 'retries'}`
  console.log(`${orderId}  ${charge.id}  ${(charge.amount / 100).toFixed(2).padStart(7)}  ${String(parcels.length)} parcels  ${waybill}  ${note}`)
}
const { length } = await ledger.charges()
console.log(`${orders.length} orders, ${length} charges booked`)
