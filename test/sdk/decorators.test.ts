import { expect, it } from 'vitest'
import * as classes from './decorated-classes.ts'
import { decoratorsSuite } from './decorators-suite.ts'

it('compiles the classes as TC39 decorators', () => {
  expect(Object.hasOwn(classes.OrderWorkflow, Symbol.metadata)).toBe(true)
})

decoratorsSuite('TC39', classes)
