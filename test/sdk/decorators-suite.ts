// The behaviour of the decorators, whichever dialect compiled the classes.
import { DefinitionError } from '@baton/sdk'
import { defineWorkflow, type StepDefinition } from '@baton/sdk/host'
import { describe, expect, it } from 'vitest'

type Classes = typeof import('./decorated-classes.ts')

export function decoratorsSuite(dialect: string, classes: Classes): void {
  const { OrderWorkflow, Defaults, Etl, Welcome, Farewell, WelcomeAgain, Undecorated, NeverDecorated, Payments, Booking, OneAttempt, Searched, SearchedToo, refused } = classes
  const step = (type: Parameters<typeof defineWorkflow>[0], name: string): StepDefinition | undefined => defineWorkflow(type).steps.get(name)

  const ordinary = { maxAttempts: 3, delayMs: 1_000, backoff: 2, maxDelayMs: 60_000 }

  describe(`a decorated class, ${dialect}`, () => {
    it('is defined as its decorators say', () => {
      const { name, version, queue, kind, type, input, output } = defineWorkflow(OrderWorkflow)
      expect({ name, version, queue, kind }).toEqual({ name: 'order', version: '7', queue: 'orders', kind: 'imperative' })
      expect(type).toBe(OrderWorkflow)
      expect(input?.safeParse({ id: 'a', total: 'much' }).success).toBe(false)
      expect(output?.safeParse('receipt').success).toBe(true)
    })

    it('lists its steps in the order of the source', () => {
      expect([...defineWorkflow(OrderWorkflow).steps.keys()]).toEqual(['charge', 'pack'])
    })

    it('keeps every option of a step, times in milliseconds', () => {
      expect(step(OrderWorkflow, 'charge')).toEqual({
        name: 'charge',
        retry: {
          maxAttempts: 5, delayMs: 2_000, backoff: 3, maxDelayMs: 3_600_000,
          platform: { maxAttempts: 50, delayMs: 2_000, backoff: 1, maxDelayMs: 3_600_000 },
          timeout: { maxAttempts: 1, delayMs: 2_000, backoff: 2, maxDelayMs: 7_200_000 },
          jitter: 0.5,
          nonRetryable: ['CardDeclined', 'Refused', 'Declined', 'RangeError'],
        },
        nonRetryableClasses: [classes.RefusedError, classes.Declined, RangeError],
        timeoutMs: 30_000,
        totalTimeoutMs: 3_600_000,
        scheduleToStartTimeoutMs: 60_000,
        heartbeatTimeoutMs: 5_000,
        priority: -3,
        queue: 'payments',
        prefer: 'remote',
        cancellation: 'try',
        compensate: undefined,
        isCompensation: false,
        transactional: false,
        after: [],
        join: 'all',
        when: undefined,
        onFailure: 'fail_after_running',
      })
    })

    it('has the documented defaults where nothing is said', () => {
      expect(defineWorkflow(Defaults)).toMatchObject({ version: '1', queue: 'default', kind: 'declarative', input: undefined, output: undefined })
      expect(step(Defaults, 'only')).toEqual({
        name: 'only',
        retry: {
          ...ordinary,
          platform: { ...ordinary, maxAttempts: 10 },
          timeout: ordinary,
          jitter: 0,
          nonRetryable: [],
        },
        nonRetryableClasses: [],
        timeoutMs: undefined,
        totalTimeoutMs: undefined,
        scheduleToStartTimeoutMs: undefined,
        heartbeatTimeoutMs: undefined,
        priority: 0,
        queue: 'default',
        prefer: 'local',
        cancellation: 'try',
        compensate: undefined,
        isCompensation: false,
        transactional: false,
        after: [],
        join: 'all',
        when: undefined,
        onFailure: 'fail_after_running',
      })
    })

    it('tries nothing again where the policy says one attempt, unless a budget says otherwise', () => {
      const budgets = ['never', 'platformOnly'].map((name) => step(OneAttempt, name)?.retry)
      expect(budgets.map((retry) => [retry?.maxAttempts, retry?.platform.maxAttempts, retry?.timeout.maxAttempts])).toEqual([[1, 1, 1], [1, 4, 1]])
    })

    it('waits for the end of a cancelled step that can be compensated, unless it says otherwise', () => {
      const steps = [...defineWorkflow(Booking).steps.values()]
      expect(steps.map(({ name, cancellation, compensate, isCompensation, transactional }) => [name, cancellation, compensate, isCompensation, transactional])).toEqual([
        ['reserve', 'wait', 'release', false, false],
        ['book', 'wait', undefined, false, true],
        ['tell', 'abandon', undefined, false, false],
        ['hold', 'try', 'release', false, false],
        ['release', 'try', undefined, true, false],
      ])
    })

    it("runs a step in the workflow's queue unless it names one", () => {
      expect(step(OrderWorkflow, 'pack')?.queue).toBe('orders')
    })

    it('without @Run is declarative, with the edges its steps declare', () => {
      const publish = step(Etl, 'publish')
      expect(defineWorkflow(Etl).kind).toBe('declarative')
      expect(publish).toMatchObject({ after: ['extract'], join: 'any', onFailure: 'ignore' })
      expect(publish?.when?.({ extract: [] }, undefined)).toBe(false)
    })

    it('has the search attributes of its static field, its own or inherited', () => {
      expect(defineWorkflow(Searched).attributes).toEqual({ customer: 'keyword', total: 'number' })
      expect(defineWorkflow(SearchedToo).attributes).toEqual({ customer: 'keyword', total: 'number' })
      expect(defineWorkflow(OrderWorkflow).attributes).toEqual({})
    })

    it('is defined once: the same object every time', () => {
      expect(defineWorkflow(OrderWorkflow)).toBe(defineWorkflow(OrderWorkflow))
    })

    it('has a definition frozen to its lists', () => {
      const definition = defineWorkflow(OrderWorkflow)
      const charge = step(OrderWorkflow, 'charge')
      const frozen = [definition, charge, charge?.retry, charge?.retry.nonRetryable, charge?.retry.platform, charge?.retry.timeout, charge?.nonRetryableClasses, charge?.after]
      expect(frozen.map((value) => Object.isFrozen(value))).toEqual(frozen.map(() => true))
    })

    it('stays an ordinary class', async () => {
      const payments = new Payments()
      const order = new OrderWorkflow(payments)
      expect(await order.run({ id: 'o1', total: 1 })).toBe('charged o1')
      expect(payments.charged).toEqual(['o1'])
      expect(order.plain()).toBe('plain charged o1')
      expect(Object.keys(order)).toEqual(['note'])
    })
  })

  describe(`inheritance, ${dialect}`, () => {
    it('brings the steps of a base class that is no workflow', () => {
      expect([...defineWorkflow(Welcome).steps.keys()].sort()).toEqual(['audit', 'notify'])
      expect(step(Welcome, 'notify')?.retry.maxAttempts).toBe(9)
    })

    it('lets the nearest options of a step win', () => {
      expect(step(Welcome, 'audit')?.queue).toBe('special')
      expect(step(Farewell, 'audit')?.queue).toBe('audit')
    })

    it('keeps a method a step that is overridden without a decorator', async () => {
      expect(step(Farewell, 'notify')?.retry.maxAttempts).toBe(9)
      expect(await new Farewell().run('Ann')).toBe('softly, farewell Ann')
    })

    it('leaves siblings apart', () => {
      expect(step(WelcomeAgain, 'gift')).toBeDefined()
      expect(step(Welcome, 'gift')).toBeUndefined()
    })

    it('reaches over a workflow to the workflow below it', () => {
      const definition = defineWorkflow(WelcomeAgain)
      expect({ name: definition.name, kind: definition.kind }).toEqual({ name: 'welcome-again', kind: 'imperative' })
      expect([...definition.steps.keys()].sort()).toEqual(['audit', 'gift', 'notify'])
    })

    it('does not make a subclass a workflow', () => {
      expect(refusal(() => defineWorkflow(Undecorated))).toEqual(['NotAWorkflow', 'Undecorated has no @Workflow decorator of its own.'])
    })
  })

  describe(`a class that cannot be a workflow, ${dialect}`, () => {
    it('is refused without @Workflow', () => {
      expect(refusal(() => defineWorkflow(NeverDecorated))).toEqual(['NotAWorkflow', 'NeverDecorated has no @Workflow decorator of its own.'])
    })

    it.each<[keyof typeof refused, string, string]>([
      ['invalidName', 'InvalidName', "'1st order' is no name for a workflow: begin with a letter, go on with letters, digits, '.', '_' or '-', at most 100."],
      ['invalidQueue', 'InvalidName', "'a/b' is no name for a queue: begin with a letter, go on with letters, digits, '.', '_' or '-', at most 100."],
      ['invalidStepName', 'InvalidName', "'charge#2' of workflow 'sharp' is no name for a step: give an identifier of at most 100 characters, other than 'constructor'."],
      ['attributeType', 'InvalidOption', "searched: attribute 'total' is declared as 'bigint'; give one of keyword, keywords, number, boolean, datetime."],
      ['attributeName', 'InvalidOption', "searched: '1st' is no name for an attribute: begin with a letter, go on with letters, digits, '.', '_' or '-', at most 100."],
      ['manyAttributes', 'InvalidOption', 'searched declares 33 attributes; at most 32 can be searched by.'],
      ['noSteps', 'NoSteps', "Workflow 'empty' has neither a method decorated with @Run nor a @Step."],
      ['runWithAfter', 'RunWithAfter', 'mixed.second says after, when, join or onFailure, but the workflow has @Run: the order is what run says. Drop the option or @Run.'],
      ['unknownStep', 'UnknownStep', "typo.clean comes after 'extrakt', which is no step of the class; did you mean 'extract'?"],
      ['farUnknownStep', 'UnknownStep', "stranger.clean comes after 'somethingElse', which is no step of the class."],
      ['cyclicSteps', 'CyclicSteps', "Steps of 'circle' wait for each other: a → b → c → a."],
      ['ownCircle', 'CyclicSteps', "Steps of 'ring' wait for each other: a → a."],
      ['unknownCompensation', 'UnknownStep', "saga.charge is compensated by 'refnd', which is no step of the class; did you mean 'refund'?"],
      ['compensationCompensated', 'InvalidOption', 'saga.refund compensates another step and has a compensation itself; what undoes is not undone.'],
      ['compensationInGraph', 'InvalidOption', 'saga.refund compensates another step and so is no node of the graph; drop after and when.'],
      ['afterCompensation', 'InvalidOption', "saga.mail comes after 'refund', which compensates another step and so is no node of the graph."],
      ['cancellation', 'InvalidOption', "cancelled.only: cancellation is 'later'; it is one of 'try', 'wait', 'abandon'."],
      ['maxAttempts', 'InvalidOption', 'retried.only: retry.maxAttempts is 0; give a whole number from 1 to 1,000,000.'],
      ['backoff', 'InvalidOption', "retried.only: retry.backoff is 0.5; give a number from 1 to 100, 'fixed' or 'exponential'."],
      ['platformAttempts', 'InvalidOption', 'retried.only: retry.platform.maxAttempts is 1.5; give a whole number from 1 to 1,000,000.'],
      ['jitter', 'InvalidOption', 'retried.only: retry.jitter is 2; give a number from 0 to 1.'],
      ['nonRetryable', 'InvalidOption', 'retried.only: retry.nonRetryable lists 404; give names or error classes.'],
      ['priority', 'InvalidOption', 'urgent.only: priority is 5000; give a whole number from -1000 to 1000.'],
      ['duration', 'InvalidDuration', "'-5s' is not a duration: give milliseconds or a number with ms, s, m, h, d or w, at most 100 years."],
      ['runOfAnotherName', 'InvalidOption', "main.main has @Run, but the program of a workflow is its method 'run'; rename it."],
      ['runAndStep', 'InvalidOption', 'both.run has both @Run and @Step; a program is no step. Drop one of them.'],
    ])('is refused when defined: %s', (which, code, message) => {
      expect(refusal(refused[which])).toEqual([code, message])
    })

    it.each<keyof typeof refused>(['staticStep', 'symbolStep'])('is refused for a member no engine could call: %s', (which) => {
      expect(refusal(refused[which])[0]).toBe('InvalidOption')
    })
  })
}

function refusal(define: () => unknown): readonly [code: string, message: string] {
  try {
    define()
  } catch (error) {
    if (error instanceof DefinitionError) return [error.code, error.message]
    throw error
  }
  return ['none', 'it was defined']
}
