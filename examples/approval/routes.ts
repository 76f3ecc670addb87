import { type Baton, ExecutionEnded, ExecutionIdReused, ExecutionNotFound, InvalidToken } from '@baton/runtime'
import { z } from 'zod'
import { ExpenseWorkflow } from './expense.ts'
import { Decision, Expense, State } from './expense-types.ts'
import type { Answer, Route } from './json-server.ts'

/** The client names the expense, so that submitting it again is the same one. */
const Submission = Expense.extend({ id: z.string().regex(/^[\w-]{1,50}$/) })
const Verdict = Decision.extend({ token: z.string().min(1) })
const Search = z.object({ state: State.optional(), manager: z.string().optional(), employee: z.string().optional() })

/** Who may submit, list and see what is up to whoever puts this behind a login. Deciding needs no login, but a token. */
export function expenseRoutes(baton: Baton): readonly Route[] {
  return [
    {
      method: 'POST',
      pattern: /^\/expenses$/,
      async answer({ body }) {
        const { id, ...input } = Submission.parse(await body())
        await baton.start(ExpenseWorkflow, { id: executionOf(id), input })
        return { status: 202, body: { id } }
      },
    },
    {
      method: 'GET',
      pattern: /^\/expenses$/,
      async answer({ query }) {
        const attributes = defined(Search.parse(Object.fromEntries(query)))
        const { executions } = await baton.list({ workflow: ExpenseWorkflow, attributes })
        return { status: 200, body: executions.map((each) => ({ id: each.id.slice(PREFIX.length), ...each.attributes })) }
      },
    },
    {
      method: 'GET',
      pattern: /^\/expenses\/(?<id>[\w-]+)$/,
      async answer({ params }) {
        return { status: 200, body: await baton.handle(ExpenseWorkflow, executionOf(params['id'] ?? '')).query('status') }
      },
    },
    {
      method: 'POST',
      pattern: /^\/decisions$/,
      async answer({ body }) {
        const { token, ...decision } = Verdict.parse(await body())
        await baton.complete(token, decision)
        return { status: 204 }
      },
    },
  ]
}

/** What errors of the client mean over HTTP. */
export function refuse(error: unknown): Answer | undefined {
  if (error instanceof InvalidToken) return { status: error.reason === 'unknown' ? 404 : 409, body: { error: error.message } }
  if (error instanceof ExecutionEnded) return { status: 409, body: { error: 'the expense is settled' } }
  if (error instanceof ExecutionIdReused) return { status: 409, body: { error: 'another expense has this id' } }
  if (error instanceof ExecutionNotFound) return { status: 404, body: { error: 'no such expense' } }
  return undefined
}

const PREFIX = 'expense-'

function executionOf(id: string): string {
  return PREFIX + id
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
