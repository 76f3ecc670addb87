type Leaf =
  | string | number | bigint | boolean | null | undefined | void
  | Date | RegExp | URL | Error
  | Uint8Array | Int8Array | Uint8ClampedArray | Uint16Array | Int16Array | Uint32Array | Int32Array
  | Float32Array | Float64Array

/**
 * `T` where it survives the log, `never` at each place where it does not: functions, symbols, promises, weak collections
 * and instances with methods. `unknown` passes, and is checked when the value is written.
 */
export type Serialized<T> = unknown extends T
  ? T
  : T extends Leaf
    ? T
    : T extends ((...args: never[]) => unknown) | symbol | PromiseLike<unknown> | WeakKeyed
      ? never
      : T extends ReadonlyMap<infer K, infer V>
        ? SerializedMap<K, V>
        : T extends ReadonlySet<infer V>
          ? SerializedSet<V>
          : T extends readonly (infer V)[]
            ? number extends T['length']
              ? SerializedArray<V>
              : { [K in keyof T]: Serialized<T[K]> }
            : { [K in keyof T]: Serialized<T[K]> }

// Interfaces, because their type arguments wait until they are looked at: `type Json = … | Json[]` would never end otherwise.
interface SerializedArray<V> extends ReadonlyArray<Serialized<V>> {}
interface SerializedMap<K, V> extends ReadonlyMap<Serialized<K>, Serialized<V>> {}
interface SerializedSet<V> extends ReadonlySet<Serialized<V>> {}

type WeakKeyed = WeakMap<WeakKey, unknown> | WeakSet<WeakKey>
