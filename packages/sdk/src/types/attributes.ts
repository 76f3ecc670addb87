import type { WorkflowClass } from './workflow-types.ts'

/** What a search attribute can hold: a text, several texts, a number, yes or no, a moment. */
export type AttributeType = 'keyword' | 'keywords' | 'number' | 'boolean' | 'datetime'

/** Search attributes and what each holds, as a class declares them. */
export type AttributeTypes = Readonly<Record<string, AttributeType>>

interface ValueOf {
  readonly keyword: string
  readonly keywords: readonly string[]
  readonly number: number
  readonly boolean: boolean
  readonly datetime: Date
}

/** The value of a search attribute. */
export type AttributeValue = ValueOf[AttributeType]

/** Search attributes of any workflow, by name. */
export type AttributeValues = Readonly<Record<string, AttributeValue>>

/**
 * The search attributes that a workflow class declares, each optional; none if it declares none.
 *
 * @example
 * class OrderWorkflow { static readonly attributes = { customer: 'keyword', total: 'number' } as const; … }
 * type Attributes = AttributesOf<typeof OrderWorkflow> // { customer?: string, total?: number }
 */
export type AttributesOf<C extends WorkflowClass> = C extends { readonly attributes: infer A extends AttributeTypes }
  ? { readonly [K in keyof A]?: ValueOf[A[K]] | undefined }
  : Readonly<Record<string, never>>
