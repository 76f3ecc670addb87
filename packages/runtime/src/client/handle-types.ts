/** The names of the methods that can be signals, queries or updates of a class; any text where the class is not known. */
export type MethodName<T> = unknown extends T
  ? string
  : { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? (K extends 'run' ? never : K) : never }[keyof T] & string

/** What such a method takes. */
export type ArgsOf<T, K> = unknown extends T
  ? readonly unknown[]
  : K extends keyof T
    ? T[K] extends (...args: infer A) => unknown
      ? A
      : never
    : never

/** What such a method answers. */
export type ReturnOf<T, K> = unknown extends T
  ? unknown
  : K extends keyof T
    ? T[K] extends (...args: never[]) => infer R
      ? Awaited<R>
      : never
    : never
