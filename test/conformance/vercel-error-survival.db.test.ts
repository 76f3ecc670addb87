// Vercel crossFile, Restate UserErrors; scenario 28: class, message, cause and stack of an error survive step, child and client.
import { ExecutionFailed } from '@baton/runtime'
import { ApplicationError, ChildFailed, executeChild, Run, Step, StepFailed, Workflow } from '@baton/sdk'
import { expect, test } from 'vitest'
import { Stage } from './support/stage.ts'

class Declined extends ApplicationError {
  static override readonly kind = 'Declined'
}

@Workflow({ name: 'payment' })
class Payment {
  @Step({ retry: { maxAttempts: 1 } }) async charge(how: 'plain' | 'own'): Promise<void> {
    if (how === 'own') throw new Declined('card declined', { type: 'Card', details: { code: 51 }, cause: new RangeError('limit') })
    throw new TypeError('not a card', { cause: new Error('deep', { cause: new SyntaxError('deeper') }) })
  }

  @Run() async run(how: 'plain' | 'own'): Promise<void> {
    await this.charge(how)
  }
}

@Workflow({ name: 'purchase' })
class Purchase {
  @Run() async run(how: 'plain' | 'own'): Promise<string> {
    await executeChild(Payment, { input: how })
    return 'bought'
  }
}

const chain = (error: unknown): Error[] => (error instanceof Error ? [error, ...chain(error.cause)] : [])

test.each([true, false])('with steps in place: %s', async (locality) => {
  await using stage = await Stage.open()
  await stage.worker([Payment, Purchase], { locality })
  const own = chain(await stage.baton.execute(Purchase, { input: 'own' }).catch((error: unknown) => error))
  expect(own.map(({ name, message }) => [name, message.slice(0, 13)]).at(-1)).toEqual(['RangeError', 'limit'])
  const [execution, child, inner, step, declined] = own
  expect(execution).toBeInstanceOf(ExecutionFailed)
  expect(child).toBeInstanceOf(ChildFailed)
  expect(inner ?? declined).toBeDefined()
  expect(own.find((error) => error instanceof StepFailed)).toMatchObject({ step: 'charge', attempts: 1 })
  expect(step).toBeDefined()
  const found = own.find((error) => error instanceof Declined)
  expect(found).toBeInstanceOf(ApplicationError)
  expect(found).toMatchObject({ name: 'Declined', message: 'card declined', type: 'Card', details: { code: 51 } })
  expect(found?.stack).toContain('vercel-error-survival.db.test.ts')

  const plain = chain(await stage.baton.execute(Purchase, { input: 'plain' }).catch((error: unknown) => error))
  expect(plain.slice(-3).map(({ name, message }) => `${name}: ${message}`)).toEqual(['TypeError: not a card', 'Error: deep', 'SyntaxError: deeper'])
  expect(plain.at(-3)?.stack).toContain('charge')
})
