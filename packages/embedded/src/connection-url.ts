/**
 * The connection URL of a server that listens in `socketFolder`.
 *
 * Port and sslmode are spelt out, because PGPORT and PGSSLMODE in the environment would otherwise win.
 */
export function connectionUrl(socketFolder: string, port: number): string {
  return `postgres://postgres@localhost:${port}/postgres?host=${encodeURIComponent(socketFolder)}&sslmode=disable`
}
