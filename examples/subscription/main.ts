// Two subscriptions whose months take 200 ms: one is upgraded and cancelled in its second year, the other is not paid.
import { resolveDatabaseUrl } from '@baton/embedded'
import { Baton, migrate, Worker } from '@baton/runtime'
import { setTimeout as pause } from 'node:timers/promises'
import { SimulatedBilling } from './simulated-billing.ts'
import { SubscriptionWorkflow } from './subscription.ts'
import { newSubscription } from './subscription-types.ts'

const SCHEMA = 'baton_examples'
const billing = new SimulatedBilling({ bob: 4 })

await using database = await resolveDatabaseUrl()
await migrate(database.url, { schema: SCHEMA })
await using worker = await Worker.start({
  url: database.url, schema: SCHEMA, workflows: [{ workflow: SubscriptionWorkflow, create: () => new SubscriptionWorkflow(billing) }],
})
await using baton = await Baton.connect(database.url, { schema: SCHEMA })
console.log(`Billing with worker ${worker.id}`)

const subscribe = (customer: string) =>
  baton.start(SubscriptionWorkflow, { id: `${customer}-${Date.now()}`, input: newSubscription(customer, 'basic', { periodMs: 200, dunningMs: [50, 100, 150] }) })

const [ann, bob] = await Promise.all([subscribe('ann'), subscribe('bob')])
await pause(1_000)
const { from } = await ann.update('changePlan', 'business')
console.log(`ann pays for business from ${from.toISOString()}`)
while ((await ann.query('status')).bills < 15) await pause(200)
await ann.signal('cancel')
console.log('ann', await ann.result())
console.log('bob', await bob.result())
const runs = (await ann.history()).filter(({ type }) => type === 'ContinuedAsNew').length + 1
console.log(`ann's subscription took ${runs} runs`)
for (const letter of billing.letters) console.log(`  ${letter}`)
