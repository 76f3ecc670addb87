/** Where a database is, for people: host, port and name, without user and password. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'The given database'
  const { host, pathname, searchParams } = new URL(url)
  return `Postgres at ${searchParams.get('host') ?? (host || 'localhost')}${pathname}`
}
