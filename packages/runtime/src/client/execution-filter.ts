import type { AttributesOf, AttributeValue, WorkflowClass } from '@baton/sdk'
import type { ExecutionStatus } from '../log/tables.ts'

/** A condition on a number or a moment; both bounds are of one type. */
export interface RangeFilter<T extends number | Date = number | Date> {
  readonly gt?: T
  readonly gte?: T
  readonly lt?: T
  readonly lte?: T
}

/** What the value of one search attribute must be: equal to a value, or in a range, or with a beginning, or one of several. */
export type AttributeFilter = Exclude<AttributeValue, readonly string[]> | RangeFilter | { readonly startsWith: string } | { readonly contains: string }

/** The filter an attribute of this value's type takes. */
type FilterOf<V> = V extends readonly string[]
  ? { readonly contains: string }
  : V extends string
    ? string | { readonly startsWith: string }
    : V extends number
      ? number | RangeFilter<number>
      : V extends Date
        ? Date | RangeFilter<Date>
        : V

/** Filters of the search attributes a class declares. */
export type AttributeFiltersOf<C extends WorkflowClass> = {
  readonly [K in keyof AttributesOf<C>]?: FilterOf<NonNullable<AttributesOf<C>[K]>>
}

/** Which executions are meant; all conditions must hold. Of no condition: all. */
export interface ExecutionFilter<C extends WorkflowClass = WorkflowClass> {
  /** The class, whose declared attributes are then checked, or the name. */
  readonly workflow?: C | string
  /** One status, or any of several. */
  readonly status?: ExecutionStatus | readonly ExecutionStatus[]
  /** At that time or later. */
  readonly createdAfter?: Date
  /** Earlier than that. */
  readonly createdBefore?: Date
  /** Ended at that time or later; what goes on has not. */
  readonly endedAfter?: Date
  /** Ended earlier than that. */
  readonly endedBefore?: Date
  /** What the id begins with. */
  readonly idPrefix?: string
  /** By name: a value to be equal to, `{ gte, gt, lt, lte }`, `{ startsWith }` of a keyword, `{ contains }` of keywords. */
  readonly attributes?: WorkflowClass extends C ? Readonly<Record<string, AttributeFilter>> : AttributeFiltersOf<C>
}
