import { expect, it } from 'vitest'
import * as classes from '../sdk/decorated-classes.ts'
import { decoratorsSuite } from '../sdk/decorators-suite.ts'

it('compiles the classes as legacy decorators, with the metadata of emitDecoratorMetadata', () => {
  expect(Object.hasOwn(classes.OrderWorkflow, Symbol.metadata)).toBe(false)
  expect(Reflect.getMetadata('design:returntype', classes.OrderWorkflow.prototype, 'charge')).toBe(Promise)
  expect(Reflect.getMetadata('design:paramtypes', classes.OrderWorkflow)).toEqual([classes.Payments])
})

decoratorsSuite('legacy', classes)
