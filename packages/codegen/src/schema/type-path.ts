/** Where in a value a type stands, as a person would write it: `input.items[].callback`. */
export type TypePath = string

export function property(path: TypePath, name: string): TypePath {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`
}

export function element(path: TypePath, index?: number): TypePath {
  return `${path}[${index ?? ''}]`
}
